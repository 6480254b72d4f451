import type { Answer } from '../simulation/answers.ts';
import type { Handler as AnyHandler } from '../simulation/visit.ts';
import type { SimFile, World } from './model.ts';
import type { PagedList } from './pageTokens.ts';

/** What the service does on some days. */
export interface Quirks {
  /** Every object has a field that nobody has heard of. */
  unknownFields?: boolean;
  /** Times in the history have a blank where the T belongs. */
  blankInTimes?: boolean;
  /** Pages of lists are smaller than what was asked for. */
  pageSize?: number;
  /** The list of archived meetings also has those that are not complete. */
  listsProcessing?: boolean;
  /** `/past_meetings/…/participants` knows nobody. */
  onlyReports?: boolean;
  /** The clock of the lists is so many milliseconds behind. */
  clockBehindMs?: number;
}

export interface Simulation {
  world: World;
  now: () => Date;
  quirks: Quirks;
  /** How often each file has been asked for. */
  served: Map<string, number>;
  /** Of the API, without the version. */
  origin: () => string;
  elsewhere: () => string;
  page(list: PagedList): Answer;
  violation(text: string): void;
  /** By the id in a download address. */
  findFile(id: string): SimFile | undefined;
}

export type Handler = AnyHandler<Simulation>;
