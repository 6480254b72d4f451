import type { PageRequest, PageResult } from '../connector.ts';
import { gapsAfter } from '../page/openGaps.ts';
import { untilPause } from '../page/sourceFaults.ts';
import { settingPrefix } from '../settingFields.ts';
import { type Cursor, readCursor } from './cursor.ts';
import { resultOf } from './faults.ts';
import { retryGap } from './gaps.ts';
import { createPageWork, type Source } from './pageWork.ts';
import { readMeetings } from './readMeetings.ts';
import type { Run } from './run.ts';

/**
 * One page of a run: open gaps first, then what the lane lists. Where Zoom wants a pause, what
 * has been done is a page, and the next one begins with the pause.
 */
export async function fetchPage(
  source: Source,
  request: PageRequest,
): Promise<PageResult> {
  const cursor = readCursor(request.cursor);
  const work = createPageWork(source, request);
  const run: Run = {
    ...{
      source,
      request,
      work,
      cursor,
      due: [],
      listed: new Set(),
      drafted: new Set(),
      unarchived: new Set(),
      faultsInARow: 0,
    },
    owed: new Set(cursor.due),
  };
  try {
    await untilPause(work, source.deps.log, async () => {
      while (run.cursor && run.due.length === 0 && !work.isFull()) {
        await readOn(run, run.cursor);
      }
    });
    return work.finish(run.cursor && JSON.stringify(run.cursor));
  } catch (error) {
    const { clock, name } = source.deps;
    return resultOf(error, clock.now(), settingPrefix(name));
  }
}

function readOn(run: Run, cursor: Cursor): Promise<void> {
  if (cursor.place) return readMeetings(run, cursor, cursor.place);
  return retryGaps(run, cursor);
}

/** One by one: behind each may be a whole meeting. */
async function retryGaps(run: Run, cursor: Cursor): Promise<void> {
  const { work, request, source } = run;
  const [next] = gapsAfter(request.gaps, cursor.gap);
  if (!next) {
    run.cursor = { place: source.lane.begin(request) };
    return;
  }
  const { place, gap } = next;
  if (await retryGap(run, gap)) {
    run.cursor = { gap: place };
    return;
  }
  const due = [...new Set(run.due)];
  run.cursor = { ...(cursor.gap !== undefined && { gap: cursor.gap }), due };
  work.touch();
}
