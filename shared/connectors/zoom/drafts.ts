import pLimit from 'p-limit';
import type { ItemRef } from '../connector.ts';
import type { Found } from '../page/pageDraft.ts';
import { marks } from './cursor.ts';
import type { PageWork } from './pageWork.ts';
import type { Run } from './run.ts';

/** Something that is going to be a record: known by its key before anything is downloaded. */
export interface Draft extends ItemRef {
  build(): Promise<Found>;
  /** Its key has been looked up, and counted, before. */
  isKnownToBeDue?: boolean;
}

const chunkSize = 25;
const inParallel = 4;

/**
 * Makes drafts into records as long as the page has room. The last one is the meeting itself: it
 * is made when all others are, so that whoever knows the meeting knows that nothing of it is left.
 * False if some were left.
 */
export async function takeDrafts(run: Run, drafts: Draft[]): Promise<boolean> {
  const last = drafts.at(-1);
  const chunks = last ? [...chunksOf(drafts.slice(0, -1)), [last]] : [];
  for (const chunk of chunks) {
    if (run.work.isFull()) return false;
    if (!(await takeChunk(run, chunk))) return false;
  }
  return true;
}

function chunksOf(drafts: Draft[]): Draft[][] {
  const count = Math.ceil(drafts.length / chunkSize);
  return Array.from({ length: count }, (_, index) =>
    drafts.slice(index * chunkSize, (index + 1) * chunkSize),
  );
}

async function takeChunk(run: Run, chunk: Draft[]): Promise<boolean> {
  const fresh = await freshOf(run, chunk);
  const granted = run.work.reserve(fresh.length);
  const { undone, error } = await buildAll(run.work, fresh.slice(0, granted));
  const left = [...undone, ...fresh.slice(granted)];
  run.due.push(...left.map(({ key }) => marks.draft(key)));
  if (error !== undefined) throw error;
  return left.length === 0;
}

/** Drafts that nobody has seen before, each once; what an earlier page has counted comes along. */
async function freshOf({ owed, drafted, work }: Run, chunk: Draft[]): Promise<Draft[]> {
  const once = chunk.filter(({ key }) => !drafted.has(key));
  for (const { key } of once) drafted.add(key);
  const isCounted = ({ key, isKnownToBeDue }: Draft) =>
    isKnownToBeDue || owed.has(marks.draft(key));
  const fresh = await work.request.sift(
    once
      .filter((draft) => !isCounted(draft))
      .map(({ key, at, isPart }) => ({ key, at, ...(isPart && { isPart }) })),
  );
  return once.filter((draft) => isCounted(draft) || fresh.has(draft.key));
}

async function buildAll(
  work: PageWork,
  drafts: Draft[],
): Promise<{ undone: Draft[]; error: unknown }> {
  const limit = pLimit(inParallel);
  const undone = new Set<Draft>();
  let error: unknown;
  const one = async (draft: Draft) => {
    if (error !== undefined) return void undone.add(draft);
    try {
      work.add(await draft.build());
    } catch (caught) {
      error ??= caught;
      undone.add(draft);
    }
  };
  await Promise.all(drafts.map((draft) => limit(() => one(draft))));
  work.release(undone.size);
  return { undone: drafts.filter((draft) => undone.has(draft)), error };
}
