import type { RunState } from '../../status/runLog.ts';

/** Dates travel between orchestrators and activities as ISO 8601 in UTC. */
export interface WindowText {
  from: string;
  to: string;
}

/** What `archiveRun` is started with. */
export interface ArchiveRunInput {
  /** A backfill; absent for a scheduled run. */
  window?: WindowText;
}

/** One connector's run. */
export interface RunRef {
  connector: string;
  runId: string;
}

/** What `connectorRun` is started with. */
export interface ConnectorRunInput extends RunRef {
  window?: WindowText;
  /** Where a run that continues as new goes on. */
  progress?: RunProgressState;
}

/** How far a run has come. */
export type RunProgressState =
  | {
      phase: 'fetch';
      window: WindowText;
      readFrom: string;
      page: number;
      cursor?: string;
      fetcher: string;
    }
  | { phase: 'imports'; waits: number };

/** The source is being read. */
export type FetchPhase = Extract<RunProgressState, { phase: 'fetch' }>;

/** What `beginRun` answers. `fetcher`: the activity that reads this type of source. */
export type BeginResult =
  | { kind: 'go'; window: WindowText; readFrom: string; fetcher: string }
  | { kind: 'busy' }
  | { kind: 'rejected' };

/** What a fetch activity is asked for: one page. */
export interface FetchRequest extends RunRef {
  window: WindowText;
  readFrom: string;
  page: number;
  cursor?: string;
}

/** A step that may succeed when it is tried again. */
export interface Again {
  kind: 'again';
  message: string;
}

/** What a fetch activity answers; `next` is absent after the last page. */
export type FetchResult =
  | { kind: 'page'; next?: string }
  | { kind: 'wait'; until: string }
  | ({ kind: 'failed' } & Failure);

/** Why a source could not be read to the end. */
export interface Failure {
  /** An administrator has to change something. */
  misconfigured: boolean;
  /** A sentence. */
  message: string;
}

/** What `closeWindow` is told; `pages`: how many the run has. */
export interface CloseRequest extends RunRef {
  backfill: boolean;
  pages: number;
  failure?: Failure;
}

/** What `settleRun` answers; `ended`: nobody needs to wait on. */
export interface SettleResult {
  state: RunState;
  ended: boolean;
}
