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

/** A step that may succeed when it is tried again. */
export interface Again {
  kind: 'again';
  message: string;
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
/** How long to wait before a step of the source's half is tried again, in milliseconds. */
const stepPausesMs = [2_000, 6_000, 18_000];

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
  try {
    return yield* runConnector(context, context.df.getInput<ConnectorRunInput>());
  } catch (error) {
    // One connector's end is not the others': the sweep closes what this run leaves open.
    if (!context.df.isReplaying) context.error(`A run broke off: ${messageOf(error)}`);
    return 'failed';
  }
}

function* runConnector(
  context: OrchestrationContext,
  input: ConnectorRunInput,
): Generator<Task, RunState, unknown> {
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
      failure?: Failure;
    };

type FetchPhase = Extract<RunProgressState, { phase: 'fetch' }>;

/** Converts a page while the next one is fetched; leaves no task open behind it. */
function* readSource(
  context: OrchestrationContext,
  { connector, runId }: RunRef,
  start: FetchPhase,
): Generator<Task, SourceOutcome, unknown> {
  const { window, readFrom, fetcher } = start;
  let { page, cursor } = start;
  let unconverted: Step[] = [];

  for (;;) {
    const request: FetchRequest = {
      ...{ connector, runId, page, window, readFrom },
      ...(cursor !== undefined && { cursor }),
    };
    const [fetched, broken] = yield* attempt(context, [
      { name: fetcher, input: request },
      ...unconverted,
    ]);
    if (broken) return { kind: 'done', pages: page, failure: broken };
    const result = fetched as FetchResult;
    unconverted = [];
    if (result.kind === 'failed') {
      const { misconfigured, message } = result;
      return { kind: 'done', pages: page, failure: { misconfigured, message } };
    }
    if (result.kind === 'wait') {
      yield context.df.createTimer(new Date(result.until));
      continue;
    }
    unconverted = [{ name: 'convertPage', input: { connector, runId, page } }];
    page++;
    cursor = result.next;
    if (cursor !== undefined && page - start.page < pagesPerHistory) continue;
    const [, left] = yield* attempt(context, unconverted);
    if (left) return { kind: 'done', pages: page, failure: left };
    if (cursor === undefined) return { kind: 'done', pages: page };
    return { kind: 'continue', progress: { ...start, page, cursor } };
  }
}

interface Step {
  name: string;
  input: unknown;
}

interface Failure {
  misconfigured: boolean;
  message: string;
}

/**
 * Takes steps side by side, and those that want it again, a few times. Returns what the first
 * one said, and why they could not all be done. The library's own retries can't be used here:
 * when one of two fails for good, the other would go on unattended.
 */
function* attempt(
  context: OrchestrationContext,
  steps: Step[],
): Generator<Task, [unknown, Failure | undefined], unknown> {
  const results = new Map<Step, unknown>();
  for (let tries = 0; ; tries++) {
    const open = steps.filter((step) => !results.has(step));
    let message = '';
    try {
      const tasks = open.map(({ name, input }) => context.df.callActivity(name, input));
      const answers = (yield context.df.Task.all(tasks)) as unknown[];
      for (const [position, step] of open.entries()) {
        const answer = answers[position];
        if (isAgain(answer)) message = answer.message;
        else results.set(step, answer);
      }
    } catch (error) {
      message = messageOf(error);
    }
    const [first] = steps;
    const done = steps.every((step) => results.has(step));
    if (done) return [first && results.get(first), undefined];
    const pauseMs = stepPausesMs[tries];
    if (pauseMs === undefined) return [undefined, brokenOff(message)];
    yield context.df.createTimer(after(context, pauseMs));
  }
}

const isAgain = (answer: unknown): answer is Again =>
  typeof answer === 'object' &&
  answer !== null &&
  'kind' in answer &&
  answer.kind === 'again';

const brokenOff = (message: string): Failure => ({
  misconfigured: false,
  message: `The run broke off and its window is read again by the next one: ${message}`,
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
