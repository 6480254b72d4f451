import type { OrchestrationContext, Task } from 'durable-functions';
import { RetryOptions } from 'durable-functions';
import { messageOf } from '../../errors.ts';
import type { RunState } from '../../status/runLog.ts';
import { after } from './attempt.ts';
import { readSource } from './readSource.ts';
import { instanceOf } from './runIds.ts';
import type {
  ArchiveRunInput,
  BeginResult,
  CloseRequest,
  ConnectorRunInput,
  RunProgressState,
  RunRef,
  SettleResult,
  WindowText,
} from './runMessages.ts';

/** History is kept short: a run starts a new one after so many waits. */
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
  const runs = (yield context.df.callActivity('planRuns')) as RunRef[];
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
  if (progress === 'rejected') return 'failed';
  if (progress === 'busy') {
    context.df.continueAsNew(input);
    return 'running';
  }
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

/** Waits its turn to fetch, but not for ever in one history. */
function* begin(
  context: OrchestrationContext,
  run: RunRef,
  window: WindowText | undefined,
): Generator<Task, RunProgressState | 'rejected' | 'busy', unknown> {
  for (let waits = 0; waits < waitsPerHistory; waits++) {
    const request = { ...run, ...(window && { window }) };
    const begun = (yield context.df.callActivityWithRetry(
      'beginRun',
      retries(),
      request,
    )) as BeginResult;
    if (begun.kind === 'rejected') return 'rejected';
    if (begun.kind === 'go') {
      const { kind: _, ...rest } = begun;
      return { phase: 'fetch', page: 0, ...rest };
    }
    yield context.df.createTimer(after(context, busyPauseMs));
  }
  return 'busy';
}

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
