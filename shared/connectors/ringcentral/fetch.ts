import type { PageRequest, PageResult } from '../connector.ts';
import { gapsAfter, retryTogether } from '../page/openGaps.ts';
import { untilPause } from '../page/sourceFaults.ts';
import { settingPrefix } from '../settingFields.ts';
import { type Cursor, itemsCursor, readCursor } from './cursor.ts';
import { resultOf } from './faults.ts';
import { retryGap } from './gaps.ts';
import { createPageWork, type Source } from './pageWork.ts';
import { readItems } from './readItems.ts';
import { partOf, type Run } from './run.ts';

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
    await untilPause(work, source.deps.log, async () => {
      if (cursor.phase !== 'close') await readPart(run, cursor);
      // What is on this page has to be kept before that which it came from is removed.
      const isReadyToClose = !work.hasProgress() && run.cursor?.phase === 'close';
      if (isReadyToClose && run.cursor) await closePart(run, run.cursor);
    });
    return work.finish(run.cursor && JSON.stringify(run.cursor));
  } catch (error) {
    const { clock, name } = source.deps;
    return resultOf(error, clock.now(), settingPrefix(name));
  }
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
  const left = gapsAfter(request.gaps, cursor.gap);
  if (left.length === 0) {
    run.cursor = itemsCursor(cursor);
    return;
  }
  await retryTogether(
    work,
    left,
    (gap) => retryGap(source, work, gap),
    (gap) => {
      run.cursor = { ...cursor, gap };
    },
  );
}
