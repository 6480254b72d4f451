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
  /** What earlier pages have counted, and left. */
  owed: Set<string>;
  /** What this page leaves. */
  due: string[];
  /** Keys of listed meetings that this page has looked at. */
  listed: Set<string>;
  /** What is known of meetings that this page found not to be archived yet. */
  unarchived: Set<string>;
  /** Keys of drafts that this page has looked at. */
  drafted: Set<string>;
  faultsInARow: number;
}
