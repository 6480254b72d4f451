import type { OrchestrationContext, Task } from 'durable-functions';
import { RetryOptions } from 'durable-functions';
import { messageOf } from '../errors.ts';
import type { RunState } from '../status/runLog.ts';
import { instanceOf } from './runIds.ts';

/** Dates travel between orchestrators and activities as ISO 8601 in UTC. */
export interface WindowText {
  from: string;
  to: string;
}

export interface ArchiveRunInput {
  /** Names of connectors; absent for all. */
  connectors?: string[];
  /** A backfill; absent for a scheduled run. */
  window?: WindowText;
}

export interface RunRef {
  connector: string;
  runId: string;
}

export interface ConnectorRunInput extends RunRef {
  window?: WindowText;
  /** Where a run that continues as new goes on. */
  progress?: RunProgressState;
}

type RunProgressState =
  | {
      phase: 'fetch';
      window: WindowText;
      readFrom: string;
      page: number;
      cursor?: string;
      fetcher: string;
    }
  | { phase: 'imports'; waits: number };

export type BeginResult =
  | { kind: 'go'; window: WindowText; readFrom: string; fetcher: string }
  | { kind: 'busy' }
  | { kind: 'rejected' };

export interface FetchRequest extends RunRef {
  window: WindowText;
  readFrom: string;
  page: number;
  cursor?: string;
}

export type FetchResult =
  | { kind: 'page'; next?: string }
  | { kind: 'wait'; until: string }
  | { kind: 'failed'; misconfigured: boolean; message: string };

export interface CloseRequest extends RunRef {
  backfill: boolean;
  pages: number;
  failure?: { misconfigured: boolean; message: string };
}

export interface SettleResult {
  state: RunState;
  ended: boolean;
}

/** History is kept short: a run starts a new one after so many pages, or so many waits. */
const pagesPerHistory = 40;
const waitsPerHistory = 60;
const busyPauseMs = 60_000;
const longestWaitMs = 60_000;

const retries = () => {
  const options = new RetryOptions(2_000, 4);
  options.backoffCoefficient = 3;
  options.maxRetryIntervalInMilliseconds = 60_000;
  return options;
};

/** Starts one run for each connector, side by side, and waits for all of them. */
export function* archiveRun(
  context: OrchestrationContext,
): Generator<Task, RunRef[], unknown> {
  const input = context.df.getInput<ArchiveRunInput>();
  const runs = (yield context.df.callActivity('planRuns', input)) as RunRef[];
  const children = runs.map((run) =>
    context.df.callSubOrchestrator(
      'connectorRun',
      { ...run, ...(input.window && { window: input.window }) },
      instanceOf(run.connector, run.runId),
    ),
  );
  if (children.length > 0) yield context.df.Task.all(children);
  return runs;
}

/** One connector's run: fetch and convert page by page, then wait for the imports. */
export function* connectorRun(
  context: OrchestrationContext,
): Generator<Task, RunState, unknown> {
  const input = context.df.getInput<ConnectorRunInput>();
  const run: RunRef = { connector: input.connector, runId: input.runId };
  const progress = input.progress ?? (yield* begin(context, run, input.window));
  if (!progress) return 'failed';
  if (progress.phase === 'fetch') {
    const outcome = yield* readSource(context, input, progress);
    if (outcome.kind === 'continue') {
      context.df.continueAsNew({ ...input, progress: outcome.progress });
      return 'running';
    }
    const close: CloseRequest = {
      ...run,
      backfill: input.window !== undefined,
      pages: outcome.pages,
      ...(outcome.failure && { failure: outcome.failure }),
    };
    yield context.df.callActivityWithRetry('closeWindow', retries(), close);
  }
  const waits = progress.phase === 'imports' ? progress.waits : 0;
  return yield* awaitImports(context, input, waits);
}

/** Waits its turn to fetch; undefined if the settings don't allow the run. */
function* begin(
  context: OrchestrationContext,
  run: RunRef,
  window: WindowText | undefined,
): Generator<Task, RunProgressState | undefined, unknown> {
  for (;;) {
    const request = { ...run, ...(window && { window }) };
    const begun = (yield context.df.callActivityWithRetry(
      'beginRun',
      retries(),
      request,
    )) as BeginResult;
    if (begun.kind === 'rejected') return undefined;
    if (begun.kind === 'go') {
      const { kind: _, ...rest } = begun;
      return { phase: 'fetch', page: 0, ...rest };
    }
    yield context.df.createTimer(after(context, busyPauseMs));
  }
}

type SourceOutcome =
  | { kind: 'continue'; progress: RunProgressState }
  | {
      kind: 'done';
      pages: number;
      failure?: { misconfigured: boolean; message: string };
    };

type FetchPhase = Extract<RunProgressState, { phase: 'fetch' }>;

/** Converts a page while the next one is fetched; leaves no task open behind it. */
function* readSource(
  context: OrchestrationContext,
  run: RunRef,
  start: FetchPhase,
): Generator<Task, SourceOutcome, unknown> {
  const { connector, runId } = run;
  let { page, cursor } = start;
  let unconverted: number | undefined;

  for (;;) {
    const request: FetchRequest = {
      ...{ connector, runId, page },
      ...{ window: start.window, readFrom: start.readFrom },
      ...(cursor !== undefined && { cursor }),
    };
    const fetch = context.df.callActivityWithRetry(start.fetcher, retries(), request);
    const convert = unconverted !== undefined && convertPage(context, run, unconverted);
    let fetched: FetchResult;
    try {
      const results = (yield context.df.Task.all(
        convert ? [fetch, convert] : [fetch],
      )) as unknown[];
      fetched = results[0] as FetchResult;
    } catch (error) {
      return { kind: 'done', pages: page, failure: brokenOff(error) };
    }
    unconverted = undefined;
    if (fetched.kind === 'failed') {
      const { misconfigured, message } = fetched;
      return { kind: 'done', pages: page, failure: { misconfigured, message } };
    }
    if (fetched.kind === 'wait') {
      yield context.df.createTimer(new Date(fetched.until));
      continue;
    }
    unconverted = page;
    page++;
    cursor = fetched.next;
    const isLast = cursor === undefined;
    if (!isLast && page - start.page < pagesPerHistory) continue;
    try {
      yield convertPage(context, run, unconverted);
    } catch (error) {
      return { kind: 'done', pages: page, failure: brokenOff(error) };
    }
    if (cursor === undefined) return { kind: 'done', pages: page };
    return { kind: 'continue', progress: { ...start, page, cursor } };
  }
}

const convertPage = (context: OrchestrationContext, run: RunRef, page: number) =>
  context.df.callActivityWithRetry('convertPage', retries(), {
    connector: run.connector,
    runId: run.runId,
    page,
  });

const brokenOff = (error: unknown) => ({
  misconfigured: false,
  message: `The run broke off and its window is read again by the next one: ${messageOf(error)}`,
});

function* awaitImports(
  context: OrchestrationContext,
  input: ConnectorRunInput,
  from: number,
): Generator<Task, RunState, unknown> {
  const { connector, runId } = input;
  for (let waits = from; waits - from < waitsPerHistory; waits++) {
    const settled = (yield context.df.callActivityWithRetry('settleRun', retries(), {
      connector,
      runId,
    })) as SettleResult;
    if (settled.ended) return settled.state;
    const pauseMs = Math.min(longestWaitMs, 500 * 1.3 ** waits);
    yield context.df.createTimer(after(context, pauseMs));
  }
  const progress = { phase: 'imports', waits: from + waitsPerHistory };
  context.df.continueAsNew({ ...input, progress });
  return 'running';
}

const after = (context: OrchestrationContext, ms: number) =>
  new Date(context.df.currentUtcDateTime.getTime() + ms);
