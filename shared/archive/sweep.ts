import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { containers } from '../names.ts';
import type { RunLog, RunRow } from '../status/runLog.ts';
import type { RunProgress } from '../status/runProgress.ts';
import type { DeliverQueue } from './deliverQueue.ts';
import type { IsAlive } from './runs/instances.ts';
import { type PageRef, pagePath } from './runs/runIds.ts';
import type { CloseInput } from './runs/runSteps.ts';
import type { ArchiveStorage } from './state/storage.ts';

export interface SweepDeps {
  storage: ArchiveStorage;
  runLog: RunLog;
  progress: RunProgress;
  deliver: DeliverQueue;
  /** Converts a page whose run did not. */
  convert: (ref: PageRef) => Promise<void>;
  close: (input: CloseInput) => Promise<void>;
  /** Brings a run's row up to date. */
  settle: (connector: string, runId: string) => Promise<unknown>;
  /** Gives a mailbox its next turn. */
  retryMailbox: (mailbox: string) => Promise<void>;
  isAlive: IsAlive;
  now: () => Date;
  log: Log;
}

/** What a sweep found open, and closed. */
export interface SweepReport {
  converted: number;
  delivered: number;
  mailboxes: number;
  orphans: number;
}

/** A blob, and how long ago it was written, in milliseconds. */
interface Found {
  name: string;
  ageMs: number;
}

/**
 * Closes what a crash left open between the steps: a source page without manifest, a manifest
 * whose orders were not all placed, an order that nobody drains, a run whose instance is gone.
 * Only what is older than `minAgeMs` counts as left, and a run that is alive converts its pages
 * itself. The steps bear being done twice, so being wrong costs work and nothing else.
 */
export async function sweep(deps: SweepDeps, minAgeMs: number): Promise<SweepReport> {
  const report: SweepReport = { converted: 0, delivered: 0, mailboxes: 0, orphans: 0 };
  const orders = await list(deps, containers.imports, '');
  for (const run of await deps.runLog.unsettled()) {
    const { partitionKey: connector, runId } = run;
    await guarded(deps, `The run ${runId} of ${connector}`, async () => {
      const isAlive = await deps.isAlive(connector, runId);
      await sweepPages(deps, run, { orders, minAgeMs, isAlive }, report);
      if (!isAlive) await sweepOrphan(deps, run, report);
    });
  }
  const left = orders.filter(({ ageMs }) => ageMs >= minAgeMs);
  const mailboxes = new Set(left.map(({ name }) => name.split('/')[0] ?? ''));
  for (const mailbox of mailboxes) await deps.retryMailbox(mailbox);
  report.mailboxes = mailboxes.size;
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

interface Circumstances {
  orders: Found[];
  minAgeMs: number;
  isAlive: boolean;
}

/** Page by page as the run would have: an edit looks for its original on an earlier page. */
async function sweepPages(
  deps: SweepDeps,
  run: RunRow,
  { orders, minAgeMs, isAlive }: Circumstances,
  report: SweepReport,
): Promise<void> {
  const connector = run.partitionKey;
  const { runId } = run;
  const prefix = `${connector}/${runId}/`;
  const manifests = await list(deps, containers.manifests, prefix);
  const manifestOf = new Map(manifests.map((found) => [found.name, found]));
  const sources = (await list(deps, containers.sourcePages, prefix))
    .map(({ name, ageMs }) => ({ page: Number(name.slice(prefix.length)), ageMs }))
    .sort((a, b) => a.page - b.page);
  for (const { page, ageMs } of sources) {
    const ref = { connector, runId, page };
    await guarded(deps, `The page ${pagePath(ref)}`, async () => {
      const manifest = manifestOf.get(pagePath(ref));
      if (!manifest && !isAlive && ageMs >= minAgeMs) {
        await deps.convert(ref);
        report.converted++;
      }
      if (!manifest || manifest.ageMs < minAgeMs) return;
      if (await hasEveryOrder(deps, ref, orders)) return;
      await deps.deliver.sendOnce(ref);
      report.delivered++;
    });
  }
}

/** Is each of the page's orders either done or waiting in `imports`? */
async function hasEveryOrder(deps: SweepDeps, ref: PageRef, orders: Found[]) {
  const due = await deps.progress.ordersOf(ref.connector, ref.runId, ref.page);
  if (due === undefined) return false;
  const done = await deps.progress.doneMailboxes(ref.connector, ref.runId, ref.page);
  const suffix = `/${ref.connector}-${ref.runId}-${ref.page}`;
  const waiting = orders
    .filter(({ name }) => name.endsWith(suffix))
    .map(({ name }) => name.split('/')[0] ?? '');
  return new Set([...done, ...waiting]).size >= due;
}

/** The run's instance is gone: what it fetched is archived, what it didn't is read again. */
async function sweepOrphan(deps: SweepDeps, found: RunRow, report: SweepReport) {
  const connector = found.partitionKey;
  // It may have ended between the list of runs and the question whether it is alive.
  const run = await deps.runLog.read(connector, found.runId);
  if (!run || run.settled) return;
  if (run.pages === undefined) {
    const prefix = `${connector}/${run.runId}/`;
    const pages = await list(deps, containers.sourcePages, prefix);
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

async function list(deps: SweepDeps, name: string, prefix: string): Promise<Found[]> {
  const found: Found[] = [];
  const now = deps.now().getTime();
  for await (const blob of deps.storage.container(name).listBlobsFlat({ prefix })) {
    found.push({ name: blob.name, ageMs: now - blob.properties.lastModified.getTime() });
  }
  return found;
}
