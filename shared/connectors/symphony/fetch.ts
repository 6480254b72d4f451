import type { PageRequest, PageResult } from '../connector.ts';
import { hydrate } from '../page/hydrate.ts';
import { untilPause } from '../page/sourceFaults.ts';
import { settingPrefix } from '../settingFields.ts';
import { readChunk } from './chunks.ts';
import { type Cursor, readCursor } from './cursor.ts';
import { resultOf } from './faults.ts';
import { createPageWork, type Source } from './pageWork.ts';
import { readGaps } from './readGaps.ts';
import { readItems } from './readItems.ts';
import type { StreamInfo } from './records.ts';
import type { Run } from './run.ts';

/**
 * One page of a run: open gaps first, then the streams of the pod, in the order of their list.
 * Where Symphony wants a pause, what has been done is a page.
 */
export async function fetchPage(
  source: Source,
  request: PageRequest,
): Promise<PageResult> {
  const work = createPageWork(source, request);
  const run: Run = { source, request, work, cursor: readCursor(request.cursor) };
  const { clock, name } = source.deps;
  try {
    work.organisation = await source.organisation(request.limits.until);
    await readPhases(run);
    return await work.finish(run.cursor && JSON.stringify(run.cursor));
  } catch (error) {
    return resultOf(error, clock.now(), settingPrefix(name));
  }
}

async function readPhases(run: Run): Promise<void> {
  const { source, work } = run;
  await untilPause(work, source.deps.log, async () => {
    while (run.cursor && !work.isFull()) await readPhase(run, run.cursor);
  });
}

async function readPhase(run: Run, cursor: Cursor): Promise<void> {
  if (cursor.phase === 'gaps') return readGaps(run, cursor);
  const chunk = await readChunk(run, cursor);
  await readItems(run, cursor, chunk);
  await keepRosters(run, chunk.streams);
}

/**
 * The next run is to know who was there at this one's time, also where all that was said is known
 * by now. Where a roster can't be had, nothing is missing but that.
 */
async function keepRosters({ work }: Run, streams: StreamInfo[]): Promise<void> {
  await Promise.all(streams.map((stream) => hydrate(work.lookAt(stream))));
}
