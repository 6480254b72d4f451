import type { ItemRef } from '../connector.ts';
import { contentRef, partsOf } from './late.ts';
import type { Listed, Place } from './listing.ts';
import type { Meeting } from './meeting.ts';
import type { Run } from './run.ts';

/** A listed meeting of which something is to be archived. */
export interface Task {
  entry: Listed;
  /** Not seen before; else something of it came later. */
  isFresh: boolean;
  /** The keys of what came later; undefined where an earlier page knew them. */
  late?: Set<string>;
}

/** New meetings, and known ones of which a file is new. */
export async function tasksOf(run: Run, place: Place, batch: Listed[]): Promise<Task[]> {
  // What the history has listed is looked up by what it holds, so that it is counted once.
  const held = place.kind === 'users' ? await knownToHold(run, batch) : new Set<Listed>();
  const fresh = await freshOnes(
    run,
    batch.filter((entry) => !held.has(entry)),
  );
  const known =
    place.kind === 'users'
      ? held
      : await knownToHold(
          run,
          batch.filter(({ key }) => !fresh.has(key)),
        );
  const late = await lateOnes(run, [...known]);
  return batch.flatMap((entry): Task[] => {
    if (fresh.has(entry.key)) return [{ entry, isFresh: true }];
    const keys = late.get(entry);
    return keys ? [{ entry, isFresh: false, late: keys }] : [];
  });
}

/** Keys that nobody has seen before, neither this page. */
async function freshOnes(
  { request, listed }: Run,
  entries: Listed[],
): Promise<Set<string>> {
  const once = entries.filter(({ key }) => !listed.has(key));
  for (const { key } of once) listed.add(key);
  return siftAll(
    request,
    once.map(({ key, at }) => ({ key, at })),
  );
}

const siftAll = async (request: Run['request'], refs: ItemRef[]): Promise<Set<string>> =>
  refs.length > 0 ? request.sift(refs) : new Set();

/** Those with files that are archived; one that waits as a gap comes with all it has. */
async function knownToHold(
  { request, source, unarchived }: Run,
  entries: Listed[],
): Promise<Set<Listed>> {
  const refs = entries.flatMap((entry) => {
    const meeting = meetingWithFiles(entry);
    return meeting ? [{ entry, ref: contentRef(source, meeting) }] : [];
  });
  // A key is looked up once a page: what it was then, it is until the page is kept.
  const asked = refs.map(({ ref }) => ref).filter(({ key }) => !unarchived.has(key));
  for (const key of await siftAll(request, asked)) unarchived.add(key);
  return new Set(
    refs.flatMap(({ entry, ref }) => (unarchived.has(ref.key) ? [] : [entry])),
  );
}

/** Of archived meetings: the keys of what they hold and nobody has seen before. */
async function lateOnes(
  { request, source, drafted }: Run,
  known: Listed[],
): Promise<Map<Listed, Set<string>>> {
  const parts = known.flatMap((entry) => {
    const meeting = meetingWithFiles(entry);
    return meeting ? [{ entry, refs: partsOf(source, meeting) }] : [];
  });
  const unknown = await siftAll(
    request,
    parts.flatMap(({ refs }) => refs),
  );
  const late = new Map<Listed, Set<string>>();
  for (const { entry, refs } of parts) {
    const keys = refs.map(({ key }) => key);
    const fresh = keys.filter((key) => unknown.has(key) && !drafted.has(key));
    if (fresh.length > 0) late.set(entry, new Set(fresh));
  }
  return late;
}

const meetingWithFiles = ({ content }: Listed): Meeting | undefined =>
  content.kind === 'meeting' && content.meeting.files ? content.meeting : undefined;
