import type { OpenGap, PageRequest, PageResult } from '../connector.ts';
import { settingPrefix } from '../settingFields.ts';
import { isPause } from '../sourceFaults.ts';
import { type Cursor, itemsCursor, readCursor } from './cursor.ts';
import { resultOf } from './faults.ts';
import { gapPlace, retryGap } from './gaps.ts';
import { createPageWork, type Source } from './pageWork.ts';
import { readItems } from './readItems.ts';
import { partOf, type Run } from './run.ts';

const gapsAtATime = 8;

/**
 * One page of a run: the export is made, or found again, and stored; then come open gaps, whose
 * files have new addresses in it, and its items. Where RingCentral wants a pause, what has been
 * done is a page, and the next one begins with the pause.
 */
export async function fetchPage(
  source: Source,
  request: PageRequest,
): Promise<PageResult> {
  const cursor = readCursor(request.cursor, request.readFrom);
  const work = createPageWork(source, request);
  const run: Run = { source, request, work, cursor };
  try {
    if (cursor.phase !== 'close') await readPart(run, cursor);
    // What is on this page has to be kept before that which it came from is removed.
    if (run.cursor?.phase === 'close' && work.isEmpty()) await closePart(run, run.cursor);
  } catch (error) {
    if (!isPause(error) || !work.hasProgress()) {
      const { clock, name } = source.deps;
      return resultOf(error, clock.now(), settingPrefix(name));
    }
    source.deps.log.warn(`The page ends early. ${error.message}`);
  }
  return work.finish(run.cursor && JSON.stringify(run.cursor));
}

async function readPart(run: Run, cursor: Cursor): Promise<void> {
  const { source, request, work } = run;
  const { runId, limits } = request;
  const open = await source.library.open(runId, partOf(run, cursor), limits.until);
  work.open = open;
  let place = cursor;
  while (place.phase === 'gaps') {
    await retryGaps(run, place);
    if (work.isFull()) return;
    place = run.cursor ?? itemsCursor(place);
  }
  await readItems(run, place, open);
}

/** The records of the page before are kept: what was stored for them is needed no more. */
async function closePart(run: Run, cursor: Cursor): Promise<void> {
  const { source, request } = run;
  const { runId, window, limits } = request;
  const part = partOf(run, cursor);
  await source.library.close(runId, part, limits.until);
  const isLast = part.to >= window.to;
  run.cursor = isLast
    ? undefined
    : itemsCursor({ ...cursor, from: part.to.toISOString() });
}

async function retryGaps(run: Run, cursor: Cursor): Promise<void> {
  const { source, work, request } = run;
  const left = request.gaps
    .map((gap): [string, OpenGap] => [gapPlace(gap), gap])
    .filter(([place]) => place > (cursor.gap ?? ''))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const batch = left.slice(0, Math.min(gapsAtATime, work.itemsLeft()));
  if (batch.length === 0) {
    run.cursor = itemsCursor(cursor);
    return;
  }
  const outcomes = await Promise.allSettled(
    batch.map(([, gap]) => retryGap(source, work, gap)),
  );
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  const last = batch.at(-1);
  run.cursor = { ...cursor, gap: last?.[0] };
}
