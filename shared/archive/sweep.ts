import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { containers } from '../names.ts';
import type { RunLog, RunRow } from '../status/runLog.ts';
import type { RunProgress } from '../status/runProgress.ts';
import type { DeliverQueue } from './deliverQueue.ts';
import type { IsAlive } from './instances.ts';
import { type PageRef, pagePath } from './runIds.ts';
import type { CloseInput } from './runSteps.ts';
import type { ArchiveStorage } from './storage.ts';

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
 * Only what is older than `minAgeMs` counts as left. The steps bear being done twice, so being
 * wrong about that costs work and nothing else.
 */
export async function sweep(deps: SweepDeps, minAgeMs: number): Promise<SweepReport> {
  const report: SweepReport = { converted: 0, delivered: 0, mailboxes: 0, orphans: 0 };
  const orders = await list(deps, containers.imports, '');
  for (const run of await deps.runLog.unsettled()) {
    try {
      await sweepPages(deps, run, orders, minAgeMs, report);
      if (await deps.isAlive(run.partitionKey, run.runId)) continue;
      await sweepOrphan(deps, run, report);
    } catch (error) {
      const what = `The run ${run.runId} of ${run.partitionKey}`;
      deps.log.error(`${what} could not be swept: ${messageOf(error)}`);
    }
  }
  const left = orders.filter(({ ageMs }) => ageMs >= minAgeMs);
  const mailboxes = new Set(left.map(({ name }) => name.split('/')[0] ?? ''));
  for (const mailbox of mailboxes) await deps.retryMailbox(mailbox);
  report.mailboxes = mailboxes.size;
  return report;
}

async function sweepPages(
  deps: SweepDeps,
  run: RunRow,
  orders: Found[],
  minAgeMs: number,
  report: SweepReport,
): Promise<void> {
  const connector = run.partitionKey;
  const { runId } = run;
  const prefix = `${connector}/${runId}/`;
  const manifests = await list(deps, containers.manifests, prefix);
  const manifestOf = new Map(manifests.map((found) => [found.name, found]));
  for (const source of await list(deps, containers.sourcePages, prefix)) {
    const ref = { connector, runId, page: Number(source.name.slice(prefix.length)) };
    const manifest = manifestOf.get(pagePath(ref));
    if (!manifest && source.ageMs >= minAgeMs) {
      await deps.convert(ref);
      report.converted++;
    }
    if (!manifest || manifest.ageMs < minAgeMs) continue;
    if (await hasEveryOrder(deps, ref, orders)) continue;
    await deps.deliver.send(ref);
    report.delivered++;
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
async function sweepOrphan(deps: SweepDeps, run: RunRow, report: SweepReport) {
  const connector = run.partitionKey;
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
