import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { containers } from '../../names.ts';
import type { RunLog, RunRow } from '../../status/runLog.ts';
import type { IsAlive } from '../runs/instances.ts';
import { pagePath } from '../runs/runIds.ts';
import type { CloseInput } from '../runs/runSteps.ts';
import { listBlobs } from './listBlobs.ts';
import { type SweepOrdersDeps, sweepOrders } from './sweepOrders.ts';
import { pagesOf, type SweepPagesDeps, sweepPage } from './sweepPages.ts';

/** What a sweep reads, and does. */
export interface SweepDeps extends SweepPagesDeps, SweepOrdersDeps {
  runLog: RunLog;
  close: (input: CloseInput) => Promise<void>;
  /** Brings a run's row up to date. */
  settle: (connector: string, runId: string) => Promise<unknown>;
  isAlive: IsAlive;
  log: Log;
}

/** What a sweep found open, and closed. */
export interface SweepReport {
  converted: number;
  delivered: number;
  mailboxes: number;
  orphans: number;
}

/**
 * Closes what a crash left open between the steps: a source page without manifest, a manifest
 * whose orders were not all placed, an order that nobody drains, a run whose instance is gone.
 * Only what is older than `minAgeMs` counts as left, and a run that is alive converts its pages
 * itself. The steps bear being done twice, so being wrong costs work and nothing else.
 */
export async function sweep(deps: SweepDeps, minAgeMs: number): Promise<SweepReport> {
  const report: SweepReport = { converted: 0, delivered: 0, mailboxes: 0, orphans: 0 };
  for (const run of await deps.runLog.unsettled()) {
    const { partitionKey: connector, runId } = run;
    await guarded(deps, `The run ${runId} of ${connector}`, async () => {
      const isAlive = await deps.isAlive(connector, runId);
      await sweepPages(deps, run, { minAgeMs, isAlive }, report);
      if (!isAlive) await sweepOrphan(deps, run, report);
    });
  }
  await guarded(deps, 'The import orders', async () => {
    report.mailboxes = await sweepOrders(deps, minAgeMs);
  });
  return report;
}

/** What can't be swept is no reason to leave the rest. */
async function guarded(deps: SweepDeps, what: string, work: () => Promise<void>) {
  try {
    await work();
  } catch (error) {
    deps.log.error(`${what} could not be swept: ${messageOf(error)}`);
  }
}

/** Page by page as the run would have: an edit looks for its original on an earlier page. */
async function sweepPages(
  deps: SweepDeps,
  run: RunRow,
  circumstances: { minAgeMs: number; isAlive: boolean },
  report: SweepReport,
): Promise<void> {
  for (const page of await pagesOf(deps, run)) {
    await guarded(deps, `The page ${pagePath(page.ref)}`, async () => {
      const swept = await sweepPage(deps, page, circumstances);
      if (swept) report[swept]++;
    });
  }
}

/** The run's instance is gone: what it fetched is archived, what it didn't is read again. */
async function sweepOrphan(deps: SweepDeps, found: RunRow, report: SweepReport) {
  const connector = found.partitionKey;
  // It may have ended between the list of runs and the question whether it is alive.
  const run = await deps.runLog.read(connector, found.runId);
  if (!run || run.settled) return;
  if (run.pages === undefined) {
    const prefix = `${connector}/${run.runId}/`;
    const pages = await listBlobs(deps, containers.sourcePages, prefix);
    const message =
      'The run was broken off from outside; the next run reads its window again.';
    await deps.close({
      ...{ connector, runId: run.runId, backfill: true, pages: pages.length },
      failure: { misconfigured: false, message },
    });
    report.orphans++;
  }
  await deps.settle(connector, run.runId);
}
