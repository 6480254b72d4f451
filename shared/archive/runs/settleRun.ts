import type { ConnectorStatuses } from '../../status/connectorStatus.ts';
import type { ItemLog } from '../../status/itemLog.ts';
import type { RunLog, RunRow, RunState } from '../../status/runLog.ts';
import type { RunProgress, RunTotals } from '../../status/runProgress.ts';
import type { Gaps } from '../state/gaps.ts';
import type { SettleResult } from './runMessages.ts';

/** Where the outcomes of a run are read, and its row is written. */
export interface SettleDeps {
  statuses: ConnectorStatuses;
  runLog: RunLog;
  progress: RunProgress;
  gaps: Gaps;
  itemLog: ItemLog;
  now: () => Date;
  /** How long a run waits for its imports, in milliseconds. */
  deadlineMs: number;
}

/**
 * Recomputes a run's row from what its pages and orders left in `RunProgress`. Who comes second
 * computes it again: older totals never overwrite newer ones.
 */
export async function settleRun(
  deps: SettleDeps,
  connector: string,
  runId: string,
): Promise<SettleResult> {
  for (;;) {
    const settlement = await settleOnce(deps, connector, runId);
    if (settlement) return settlement;
  }
}

/** Undefined if somebody else wrote the row meanwhile. */
async function settleOnce(
  deps: SettleDeps,
  connector: string,
  runId: string,
): Promise<SettleResult | undefined> {
  const found = await deps.runLog.readWithEtag(connector, runId);
  if (!found) throw new Error(`The run ${runId} of ${connector} is not in RunLog.`);
  const { value: run, etag } = found;
  if (run.settled) return { state: run.state, ended: true };
  const totals = await deps.progress.read(connector, runId);
  const settled = isSettled(run, totals);
  const { importProblem } = await deps.statuses.read(connector);
  const isClosed = run.pages !== undefined;
  const isOverdue = isClosed && deps.now().getTime() >= deadlineOf(run, deps.deadlineMs);
  const givenUp = isOverdue || (isClosed && importProblem !== '');
  const openGaps = settled || givenUp ? await deps.gaps.count(connector) : run.openGaps;
  const state = stateOf(run, totals, openGaps, settled, givenUp);
  const ended = state !== 'running';
  if (settled) await resolvePending(deps, connector, runId);
  const isWritten = await deps.runLog.replace(run, etag, {
    ...countersOf(totals),
    ...{ state, openGaps, settled },
    message: messageOf(run, totals, state, importProblem),
    ...(ended && state !== run.state && { completedAt: deps.now().toISOString() }),
  });
  if (!isWritten) return undefined;
  if (ended)
    await tellStatus(deps, connector, { ...run, state, openGaps }, importProblem);
  return { state, ended };
}

/** What the end of a run says about its connector. */
async function tellStatus(
  deps: SettleDeps,
  connector: string,
  { state, openGaps, kind }: RunRow,
  importProblem: string,
): Promise<void> {
  const unsettled = await deps.runLog.unsettled();
  const isLast = unsettled.every(({ partitionKey }) => partitionKey !== connector);
  await deps.statuses.change(connector, async (status) => {
    if (state.startsWith('completed')) {
      // Another run may still wait for the same thing to be mended.
      const isCured = isLast && status.state === 'misconfigured' && status.importProblem;
      const isQuiet = isLast && status.state === 'idle';
      const lastSuccessAt = deps.now().toISOString();
      return {
        ...{ openGaps, ...(kind === 'archive' && { lastSuccessAt }) },
        ...(isLast && { importProblem: '' }),
        ...((isCured || isQuiet) && { state: 'idle', message: '' }),
      };
    }
    if (state !== 'incomplete' || !importProblem || status.activeRunId) return undefined;
    return { state: 'misconfigured', message: importProblem };
  });
}

/** What was stuck once and is done now. */
async function resolvePending(deps: SettleDeps, connector: string, runId: string) {
  const query = { outcomes: ['pending' as const], runId };
  const rows = await Array.fromAsync(deps.itemLog.open(connector, query));
  await deps.itemLog.resolve(connector, rows);
}

const deadlineOf = (run: RunRow, deadlineMs: number): number =>
  Date.parse(run.closedAt || run.startedAt) + deadlineMs;

/** Has every page been mapped to its mailboxes, and has every order its outcome? */
function isSettled(run: RunRow, totals: RunTotals): boolean {
  if (run.pages === undefined) return false;
  const pages = Array.from({ length: run.pages }, (_, page) => page);
  // A page that was fetched beyond those is the run's as well: its items are claimed.
  const all = new Set([...pages, ...totals.fetchedPages]);
  return all.isSubsetOf(totals.mappedPages) && totals.ordersDone >= totals.ordersDue;
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

const purposes = {
  mapping: 'Copies for people whom a new custom mapping sends to a mailbox.',
  replay: 'Copies that failed before, tried again.',
};

function messageOf(
  run: RunRow,
  totals: RunTotals,
  state: RunState,
  importProblem: string,
): string {
  if (run.fetchError) return run.fetchError;
  if (state === 'incomplete' && importProblem) return importProblem;
  if (state === 'incomplete') {
    const orders = totals.ordersDue - totals.ordersDone;
    const pages = (run.pages ?? 0) - totals.mappedPages.size;
    return `${orders} import orders have no outcome yet, and the people of ${pages} pages no mailboxes. They go on by themselves; this row is brought up to date when they end. If it lasts, look at ConnectorStatus and at the app's log.`;
  }
  if (run.kind !== 'archive') return purposes[run.kind];
  const isEmpty = totals.availableFromSource + totals.copiesDue === 0;
  if (state !== 'running' && isEmpty) {
    // Without a copy, gaps are the only issue that there can be.
    const hasGaps = state === 'completedWithIssues';
    const refused = hasGaps ? ' What it did not give is in Gaps.' : '';
    return `The source listed no items from ${run.windowFrom} to ${run.windowTo}.${refused}`;
  }
  return '';
}
