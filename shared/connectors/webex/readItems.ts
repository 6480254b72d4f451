import { messageOf } from '../../errors.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { takeListed } from '../page/takeListed.ts';
import type { Built } from './build.ts';
import { buildAnswer } from './buildAnswer.ts';
import { buildMessage } from './buildMessage.ts';
import { type Cursor, nextPhase } from './cursor.ts';
import { isWithin, type Listed, listAnswer, listMessage } from './listing.ts';
import type { Run } from './run.ts';
import { readSlice, type Slice } from './slices.ts';

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
  const isThrough = await takeListed(
    work,
    items,
    cursor,
    (item) => take(run, item),
    (place) => {
      run.cursor = { ...here, ...place };
    },
  );
  if (!isThrough) return;
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
