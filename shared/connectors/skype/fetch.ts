import type { PageRequest, PageResult } from '../connector.ts';
import { checkChat } from './checkChat.ts';
import { type Cursor, readCursor } from './cursor.ts';
import { retryGaps } from './gaps.ts';
import { createPageWork } from './pageWork.ts';
import { readChat } from './readChat.ts';
import { readSessions } from './readSessions.ts';
import type { Run, SkypeSource } from './run.ts';
import { noteStrays } from './strays.ts';

/**
 * One page of a run: what the page before has taken is settled; then open gaps, who came and
 * went in all new compliance files, their messages, and sessions. The window does not choose.
 */
export async function fetchPage(
  source: SkypeSource,
  request: PageRequest,
): Promise<PageResult> {
  const cursor = readCursor(request.cursor);
  if (cursor.settles !== undefined) await source.settlings.settle(cursor.settles);
  const work = createPageWork(source.deps.clock, source.rosters, request);
  const run: Run = { source, work, cursor };
  if (request.cursor === undefined) await noteStrays(run);
  while (run.cursor && !work.isFull()) await readPhase(run, run.cursor);
  const settling = work.settling();
  if (settling) await source.settlings.note(settling);
  return work.finish(nextOf(run.cursor, settling?.page));
}

/** A page that has something to settle is followed by another one. */
function nextOf(cursor: Cursor | undefined, settles: string | undefined) {
  if (settles === undefined) return cursor && JSON.stringify(cursor);
  return JSON.stringify({ ...(cursor ?? { phase: 'settle' }), settles });
}

async function readPhase(run: Run, cursor: Cursor): Promise<void> {
  if (cursor.phase === 'gaps') return retryGaps(run, cursor);
  if (cursor.phase === 'check') return checkChat(run, cursor);
  if (cursor.phase === 'chat') return readChat(run, cursor);
  if (cursor.phase === 'sessions') return readSessions(run, cursor);
  run.cursor = undefined;
}
