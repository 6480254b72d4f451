import type { Stay, StreamContext } from './records.ts';

/** Who is in a stream now. */
export interface Member {
  id: string;
  name?: string;
  address?: string;
  joined?: string;
}

/** Who left so long ago is of no use to what is still to be read. */
const keptMs = 31 * 24 * 60 * 60 * 1000;

/**
 * What is known of who was in a stream when, after one more look at who is in it now. Symphony
 * tells when somebody joined, but not when they left. Who was there in the last run's time, after
 * `seenSince`, and is not any more, could read what was said between the two looks; who was seen
 * last before that counts as gone from then on.
 */
export function afterLook(
  before: Stay[],
  members: Member[],
  now: Date,
  seenSince: Date,
): Stay[] {
  const at = now.toISOString();
  const present = new Map(members.map((member) => [member.id, member]));
  const kept = before
    .filter(({ last }) => Date.parse(last) > now.getTime() - keptMs)
    .filter((stay) => !isStill(stay, present.get(stay.id)))
    .map((stay) => ({ ...stay, gone: stay.gone ?? goneAt(stay, at, seenSince) }));
  const current = members.map((member) => {
    const known = before.find((stay) => isStill(stay, member));
    return { ...member, first: known?.first ?? at, last: at };
  });
  return [...kept, ...current].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

const isStill = (stay: Stay, member: Member | undefined): boolean =>
  member !== undefined &&
  stay.id === member.id &&
  stay.gone === undefined &&
  stay.joined === member.joined;

const goneAt = ({ last }: Stay, now: string, seenSince: Date): string =>
  Date.parse(last) >= seenSince.getTime() ? now : last;

const placeOf = ({ id, joined, first }: Stay): string => `${id} ${joined ?? first}`;

/** Who could read what was said at an instant, by user id. */
export interface Audience {
  ids: string[];
  /** Not everybody can be told who may have been there. */
  isUnknown: boolean;
}

/**
 * The members who had joined by then, and those whom the last run still found. A room that shows
 * its history to newcomers changes nothing about this. The two of an IM never change. A wall post
 * goes to its author: nobody tells who follows whom.
 */
export function audienceAt(
  stream: StreamContext | undefined,
  at: Date,
  authorId: string,
): Audience {
  if (stream?.type === 'POST') return { ids: [authorId], isUnknown: false };
  if (!stream?.stays) return { ids: [authorId], isUnknown: true };
  const readers = new Set([authorId]);
  let isUnknown = stream.isPartial ?? false;
  for (const stay of stream.stays) {
    if (isFixed(stream, stay) || wasIn(stay, at.getTime())) readers.add(stay.id);
    // Without a date nobody can tell whether they were there then: rather not.
    else if (stay.joined === undefined && stay.gone === undefined) isUnknown = true;
  }
  return { ids: [...readers].sort(), isUnknown };
}

/** Who is in a chat without a name is settled when it begins. */
const isFixed = ({ type }: StreamContext, { joined }: Stay): boolean =>
  type === 'IM' || (type === 'MIM' && joined === undefined);

const wasIn = ({ joined, first, gone }: Stay, time: number): boolean =>
  Date.parse(joined ?? first) <= time && (gone === undefined || time <= Date.parse(gone));
