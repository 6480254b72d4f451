import type { PageRequest } from '../connector.ts';
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
