import type { PageRequest, Window } from '../connector.ts';
import type { Cursor } from './cursor.ts';
import type { PageWork, Source } from './pageWork.ts';

/** A page under way, and how far the run has come with it. */
export interface Run {
  source: Source;
  work: PageWork;
  request: PageRequest;
  /** Where to go on from if the page ended now; undefined at the end of the run. */
  cursor: Cursor | undefined;
}

const dayMs = 24 * 60 * 60 * 1000;
/** "Max allowed time frame between timeFrom and timeTo is 6 months": 181 days at least. */
const longestMs = 180 * dayMs;

/** The part of the window that one export covers. */
export function partOf({ request }: Run, { from }: Cursor): Window {
  const start = new Date(from);
  const { to } = request.window;
  return { from: start, to: new Date(Math.min(start.getTime() + longestMs, +to)) };
}
