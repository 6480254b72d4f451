import type { Change, Member, RoomContext } from './records.ts';

/** Who could read what was said at an instant, by uuid. */
export interface Audience {
  ids: string[];
  /** Webex doesn't tell who was there: only the author is known to have been. */
  isUnknown: boolean;
}

/**
 * The members who had joined by then, and those who have left since. Webex lists present members
 * only; who came and went is rebuilt from the membership events. Who left without having joined
 * in the events' time was there before. The two of a 1:1 never change.
 */
export function audienceAt(
  room: RoomContext | undefined,
  at: Date,
  authorId: string,
): Audience {
  if (!room?.members) return { ids: [authorId], isUnknown: true };
  const time = at.getTime();
  const readers = new Set([authorId]);
  for (const [id, steps] of stepsByPerson(room.members, room.changes)) {
    if (room.isDirect || wasIn(steps, time)) readers.add(id);
  }
  return { ids: [...readers].sort(), isUnknown: false };
}

interface Step {
  type: 'joined' | 'left';
  time: number;
}

function stepsByPerson(members: Member[], changes: Change[]): Map<string, Step[]> {
  const steps = new Map<string, Step[]>();
  const add = (id: string, step: Step) => {
    const own = steps.get(id) ?? [];
    own.push(step);
    steps.set(id, own);
  };
  for (const { id, type, at } of changes) add(id, { type, time: Date.parse(at) });
  for (const { id, since } of members) {
    // Without a date nobody can tell whether they were there then: rather not.
    if (since !== undefined) add(id, { type: 'joined', time: Date.parse(since) });
    else if (!steps.has(id)) steps.set(id, []);
  }
  return steps;
}

/** A stay is half-open: who left at that very instant was gone. */
function wasIn(steps: Step[], time: number): boolean {
  const inOrder = steps.toSorted(
    (a, b) => a.time - b.time || leftFirst(a) - leftFirst(b),
  );
  const last = inOrder.findLast((step) => step.time <= time);
  if (last) return last.type === 'joined';
  return inOrder[0]?.type === 'left';
}

/** Put out and back in within a millisecond is in. */
const leftFirst = (step: Step): number => (step.type === 'left' ? 0 : 1);
