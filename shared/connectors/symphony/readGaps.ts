import type { OpenGap } from '../connector.ts';
import { gapsAfter, type PlacedGap, retryTogether } from '../page/openGaps.ts';
import { isItemFault } from '../page/sourceFaults.ts';
import { type Chunk, portionOf } from './chunks.ts';
import type { Cursor } from './cursor.ts';
import { type Span, streamRetryOf } from './gapKinds.ts';
import { retryGap } from './gaps.ts';
import { listMessage } from './listing.ts';
import { readItems } from './readItems.ts';
import { keys, type StreamInfo } from './records.ts';
import type { Run } from './run.ts';

/** The gaps that come next: a stream, or a few that are smaller. */
export async function readGaps(run: Run, cursor: Cursor): Promise<void> {
  const { work, request, source } = run;
  const left = gapsAfter(request.gaps, cursor.gap);
  const [first] = left;
  if (!first) {
    run.cursor = { phase: 'streams', skip: 0 };
    return;
  }
  const span = streamRetryOf(first.gap);
  if (span) return readStream(run, cursor, first, span);
  const nextStream = left.findIndex(({ gap }) => streamRetryOf(gap));
  await retryTogether(
    work,
    left.slice(0, nextStream < 0 ? undefined : nextStream),
    (gap) => retryGap(source, work, gap),
    (gap) => {
      run.cursor = { ...cursor, gap };
    },
  );
}

/** A stream that could not be read: all that was said in it meanwhile. */
async function readStream(
  run: Run,
  cursor: Cursor,
  { place, gap }: PlacedGap,
  { info, since, before }: Span & { info: StreamInfo },
): Promise<void> {
  const { work } = run;
  const after: Cursor = {
    ...{ phase: 'gaps', skip: 0 },
    ...(cursor.gap !== undefined && { gap: cursor.gap }),
  };
  const done: Cursor = { ...after, gap: place };
  const query = {
    place: cursor.place ?? { since, skip: 0, seen: [] },
    before,
  };
  let chunk: Chunk;
  try {
    const { messages, next } = await portionOf(run, info, query);
    chunk = {
      items: messages.flatMap((message) => listMessage(work.organisation, info, message)),
      streams: [],
      here: cursor,
      next: next ? { ...after, place: next } : done,
    };
  } catch (error) {
    if (!isItemFault(error)) throw error;
    if (gap.expired) await giveUp(run, gap, { since, before });
    run.cursor = done;
    work.touch();
    return;
  }
  await readItems(run, cursor, chunk);
  if (run.cursor?.gap === place) work.resolve(gap.object, false);
}

/** The log says that it was not read, and when; if it is refused again, that is another gap. */
async function giveUp(
  { work, request }: Run,
  gap: OpenGap,
  { since, before }: Span,
): Promise<void> {
  const key = keys.unreadable(work.organisation, `${gap.object} ${since}`);
  const at = new Date(since).toISOString();
  const to = new Date(before).toISOString();
  const fresh = await request.sift([{ key, at }]);
  const reason = `${gap.reason} What was said in it from ${at} to ${to} is not archived.`;
  if (fresh.has(key)) work.add({ reject: { key, itemId: gap.itemId, at, reason } });
  work.resolve(gap.object, false);
}
