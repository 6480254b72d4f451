import type { ConnectorStatuses } from '../status/connectorStatus.ts';
import type { RunLog, RunRow, RunState } from '../status/runLog.ts';
import type { RunProgress, RunTotals } from '../status/runProgress.ts';
import type { Gaps } from './gaps.ts';
import { runStart } from './runIds.ts';

export interface SettleDeps {
  statuses: ConnectorStatuses;
  runLog: RunLog;
  progress: RunProgress;
  gaps: Gaps;
  now: () => Date;
  /** How long a run waits for its imports, in milliseconds. */
  deadlineMs: number;
}

export interface Settlement {
  state: RunState;
  /** Every copy has its outcome, or the deadline is past: nobody needs to wait on. */
  ended: boolean;
}

/** Recomputes a run's row from what its pages and orders left in `RunProgress`. */
export async function settleRun(
  deps: SettleDeps,
  connector: string,
  runId: string,
): Promise<Settlement> {
  const run = await deps.runLog.read(connector, runId);
  if (!run) throw new Error(`The run ${runId} of ${connector} is not in RunLog.`);
  if (run.settled) return { state: run.state, ended: true };
  const totals = await deps.progress.read(connector, runId);
  const openGaps = await deps.gaps.count(connector);
  const settled = isSettled(run, totals);
  const { importProblem } = await deps.statuses.read(connector);
  const overdue = deps.now().getTime() >= runStart(runId).getTime() + deps.deadlineMs;
  const givenUp = overdue || (importProblem !== '' && run.pages !== undefined);
  const state = stateOf(run, totals, openGaps, settled, givenUp);
  const ended = state !== 'running';
  await deps.runLog.write(connector, runId, {
    ...countersOf(totals),
    ...{ state, openGaps, settled },
    message: messageOf(run, totals, state, importProblem),
    ...(ended && { completedAt: deps.now().toISOString() }),
  });
  if (ended) await tellStatus(deps, connector, { state, openGaps, importProblem });
  return { state, ended };
}

/** What the end of a run says about its connector. */
async function tellStatus(
  deps: SettleDeps,
  connector: string,
  run: { state: RunState; openGaps: number; importProblem: string },
): Promise<void> {
  const { state, openGaps, importProblem } = run;
  await deps.statuses.change(connector, async (status) => {
    if (state.startsWith('completed')) {
      const cured = status.state === 'misconfigured' && status.importProblem !== '';
      return {
        ...{ lastSuccessAt: deps.now().toISOString(), openGaps, importProblem: '' },
        ...(cured && { state: 'idle', message: '' }),
      };
    }
    if (state !== 'incomplete' || !importProblem || status.activeRunId) return undefined;
    return { state: 'misconfigured', message: importProblem };
  });
}

/** Has every page been mapped to its mailboxes, and has every order its outcome? */
function isSettled(run: RunRow, totals: RunTotals): boolean {
  if (run.pages === undefined) return false;
  const pages = Array.from({ length: run.pages }, (_, page) => page);
  return (
    pages.every((page) => totals.mappedPages.has(page)) &&
    totals.ordersDone >= totals.ordersDue
  );
}

function stateOf(
  run: RunRow,
  totals: RunTotals,
  openGaps: number,
  settled: boolean,
  givenUp: boolean,
): RunState {
  if (run.fetchError) return settled || givenUp ? 'failed' : 'running';
  if (!settled) return givenUp ? 'incomplete' : 'running';
  return totals.failed > 0 || openGaps > 0 ? 'completedWithIssues' : 'completed';
}

function countersOf(totals: RunTotals) {
  const { availableFromSource, reread, sourceReported, excluded, unmapped } = totals;
  const { imported, partial, skipped, failed } = totals;
  return {
    availableFromSource,
    reread,
    excluded,
    unmapped,
    availableForImport: totals.copiesDue,
    ...{ imported, partial, skipped, failed },
    ...(sourceReported !== undefined && { sourceReported }),
  };
}

function messageOf(
  run: RunRow,
  totals: RunTotals,
  state: RunState,
  importProblem: string,
): string {
  if (run.fetchError) return run.fetchError;
  if (state === 'incomplete' && importProblem) return importProblem;
  if (state === 'incomplete') {
    const open = totals.ordersDue - totals.ordersDone;
    return `${open} import orders have no outcome yet. They go on by themselves; this row is brought up to date when they end.`;
  }
  if (state !== 'running' && totals.availableFromSource === 0) {
    return `The source listed no items from ${run.windowFrom} to ${run.windowTo}.`;
  }
  return '';
}
