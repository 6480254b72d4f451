import { inTurns } from '../turns.ts';
import { buildItem } from './buildItem.ts';
import type { Chunk } from './chunks.ts';
import type { Cursor } from './cursor.ts';
import type { Listed } from './listing.ts';
import type { Run } from './run.ts';

/** Listed items that are told from known ones at a time. */
const batchSize = 200;
/** As much of a key as tells it from the others of a page. */
const markOf = (key: string): string => key.slice(0, 12);

/** A chunk, or as much of it as the page has room for. */
export async function readItems(run: Run, cursor: Cursor, chunk: Chunk): Promise<void> {
  const { work } = run;
  const { items, here, next } = chunk;
  const { owed, rest } = resume(items, cursor);
  run.cursor = { ...cursor, due: undefined };
  if (owed.length > 0) await handle(run, { ...here, after: cursor.after ?? '' }, owed);
  while (rest.length > 0 && !run.cursor?.due && !work.isFull()) {
    const batch = rest.splice(0, Math.min(batchSize, work.itemsLeft()));
    const fresh = await freshOf(run, batch);
    await handle(run, { ...here, after: batch.at(-1)?.mark ?? '' }, fresh);
  }
  if (rest.length > 0 || run.cursor?.due) return;
  run.cursor = next;
  work.touch();
}

/** What the page before has left of the chunk: fresh items that it owes, and the rest. */
function resume(items: Listed[], { after, due }: Cursor) {
  const place = items.findIndex(({ mark }) => mark === after);
  const owes = ({ key }: Listed) => due?.includes(markOf(key)) ?? false;
  const owed = items.filter(owes);
  // If the place is gone, all is looked at again: what is known by now is sifted out.
  const rest = items.slice(place + 1).filter((item) => !owes(item));
  return { owed, rest };
}

/** Items that nobody has seen before, each once. */
async function freshOf({ work, request }: Run, batch: Listed[]): Promise<Listed[]> {
  const once = batch.filter(({ key }) => !work.hasSeen(key));
  const fresh = await request.sift(once.map(({ key, at }) => ({ key, at })));
  return once.filter(({ key }) => fresh.has(key));
}

/** `there`: where the run is when all of these items are done. */
async function handle(run: Run, there: Cursor, fresh: Listed[]): Promise<void> {
  const { work } = run;
  const { due: _, ...place } = there;
  const now = fresh.slice(0, Math.max(1, work.itemsLeft()));
  const { undone, pause } = await inTurns(work, now, (item) => take(run, item));
  const due = [...undone, ...fresh.slice(now.length)].map(({ key }) => markOf(key));
  run.cursor = { ...place, ...(due.length > 0 && { due }) };
  work.touch();
  if (pause) throw pause;
}

async function take({ source, work }: Run, item: Listed): Promise<void> {
  const { content } = item;
  if (content.kind === 'reject') return work.add({ reject: content.reject });
  work.add(await buildItem(source, work, { ...item, content }));
}
