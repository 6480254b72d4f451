import { messageOf } from '../../errors.ts';
import { inTurns } from '../turns.ts';
import type { Built } from './build.ts';
import { buildAnswer } from './buildAnswer.ts';
import { buildMessage } from './buildMessage.ts';
import { type Cursor, nextPhase } from './cursor.ts';
import { Refusal } from './faults.ts';
import { isWithin, type Listed, listAnswer, listMessage } from './listing.ts';
import type { Run } from './run.ts';
import { readSlice, type Slice } from './slices.ts';

/** Listed events that are told from known ones at a time. */
const batchSize = 200;
/** As much of a key as tells it from the others of a page. */
const markOf = (key: string): string => key.slice(0, 12);
/** So many items in a row that Webex failed with: perhaps it is Webex and not the items. */
const suspicious = 8;

/** One slice of messages or card answers, or as much of it as the page has room for. */
export async function readItems(run: Run, cursor: Cursor): Promise<void> {
  const { source, work, request } = run;
  const slice = await listed(run, cursor);
  if (!slice) {
    run.cursor = nextPhase(cursor);
    return;
  }
  work.organisation = await source.organisation(slice.events, request.limits.until);
  const list = cursor.phase === 'answers' ? listAnswer : listMessage;
  const items = slice.events
    .filter((event) => isWithin(event, slice.from, slice.to))
    .map((event) => list(work.organisation, event));

  const { here } = slice;
  const { owed, rest } = resume(items, cursor);
  if (owed.length > 0) await handle(run, { ...here, after: cursor.after ?? '' }, owed);
  while (rest.length > 0 && !run.cursor?.due && !work.isFull()) {
    const batch = rest.splice(0, Math.min(batchSize, work.itemsLeft()));
    const fresh = await freshOf(run, batch);
    await handle(run, { ...here, after: batch.at(-1)?.mark ?? '' }, fresh);
  }
  if (rest.length > 0 || run.cursor?.due) return;
  run.cursor = slice.next ?? nextPhase(here);
  work.touch();
}

/** Undefined where Webex refuses to list this resource at all. */
async function listed(run: Run, cursor: Cursor): Promise<Slice | undefined> {
  const now = run.source.deps.clock.now();
  const { window } = run.request;
  const end = window.to < now ? window.to : now;
  if (cursor.phase !== 'answers') return readSlice(run, 'messages', cursor, end);
  try {
    return await readSlice(run, 'attachmentActions', cursor, end);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    run.source.deps.log.warn(`Card answers are left out: ${messageOf(error)}`);
    return undefined;
  }
}

/** What the page before has left of the slice: fresh items that it owes, and the rest. */
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
  const now = fresh.slice(0, Math.max(1, work.itemsLeft()));
  const { undone, pause } = await inTurns(work, now, (item) => take(run, item));
  const due = [...undone, ...fresh.slice(now.length)].map(({ key }) => markOf(key));
  run.cursor = { ...there, ...(due.length > 0 && { due }) };
  work.touch();
  if (pause) throw pause;
}

async function take(run: Run, item: Listed): Promise<void> {
  const { source, work } = run;
  const { key, at, content } = item;
  if (content.kind === 'reject') return work.add({ reject: content.reject });
  const built: Built = await (content.kind === 'message'
    ? buildMessage(source, work, content.event, { key, at })
    : buildAnswer(source, work, content.event.data, { key, at }));
  work.add(built);
  run.faultsInARow = built.fault ? run.faultsInARow + 1 : 0;
  if (run.faultsInARow >= suspicious) await probe(run);
}

/** Throws if Webex itself is in trouble, so that not every item becomes a gap. */
async function probe(run: Run): Promise<void> {
  run.faultsInARow = 0;
  try {
    await run.source.client.me(run.request.limits.until);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
