import { containers } from '../../names.ts';
import type { ItemLog } from '../../status/itemLog.ts';
import type { RunRow } from '../../status/runLog.ts';
import type { ProgressRow, RunProgress } from '../../status/runProgress.ts';
import type { DeliverQueue } from '../deliverQueue.ts';
import { type PageRef, pagePath, runStart } from '../runs/runIds.ts';
import type { ArchiveStorage } from '../state/storage.ts';
import { listBlobs } from './listBlobs.ts';

/** What sweeping a run's pages needs. */
export interface SweepPagesDeps {
  storage: ArchiveStorage;
  progress: RunProgress;
  itemLog: ItemLog;
  deliver: DeliverQueue;
  /** Converts a page whose run did not. */
  convert: (ref: PageRef) => Promise<void>;
  now: () => Date;
}

/** What decides whether a page was left. */
export interface Circumstances {
  minAgeMs: number;
  /** A run that is alive converts its pages itself. */
  isAlive: boolean;
}

/** What is left to do with a page; its age is that of the last step it went through. */
interface FoundPage {
  ref: PageRef;
  isConverted: boolean;
  ageMs: number;
}

/** Which step of a page was done again. */
export type SweptPage = 'converted' | 'delivered' | undefined;

/** The pages of a run that has not ended, in their order. */
export async function pagesOf(deps: SweepPagesDeps, run: RunRow): Promise<FoundPage[]> {
  const { partitionKey: connector, runId } = run;
  if (run.kind !== 'archive') {
    // Delivering makes their manifests, so that there is nothing to list.
    const ageMs = deps.now().getTime() - runStart(runId).getTime();
    return Array.from({ length: run.pages ?? 0 }, (_, page) => ({
      ...{ ref: { connector, runId, page }, isConverted: true, ageMs },
    }));
  }
  const prefix = `${connector}/${runId}/`;
  const manifests = await listBlobs(deps, containers.manifests, prefix);
  const manifestOf = new Map(manifests.map((found) => [found.name, found]));
  const sources = await listBlobs(deps, containers.sourcePages, prefix);
  return sources
    .map((source) => {
      const ref = { connector, runId, page: Number(source.name.slice(prefix.length)) };
      const manifest = manifestOf.get(pagePath(ref));
      const { ageMs } = manifest ?? source;
      return { ref, isConverted: manifest !== undefined, ageMs };
    })
    .sort((a, b) => a.ref.page - b.ref.page);
}

/** Takes a page one step on, if nobody else will. */
export async function sweepPage(
  deps: SweepPagesDeps,
  { ref, isConverted, ageMs }: FoundPage,
  { minAgeMs, isAlive }: Circumstances,
): Promise<SweptPage> {
  if (ageMs < minAgeMs || (!isConverted && isAlive)) return undefined;
  const { connector, runId, page } = ref;
  const row = await deps.progress.pageOf(connector, runId, page);
  const isPlaced = isConverted && row?.orders !== undefined && !row.misplaced;
  if (isPlaced && !(await isUnsure(deps, ref, row, { ageMs, minAgeMs })))
    return undefined;
  const sweeps = (row?.sweeps ?? 0) + (isPlaced ? 0 : 1);
  const sweptAt = deps.now().getTime();
  await deps.progress.page(connector, runId, page, { sweeps, sweptAt });
  if (!isPlaced) await showAttempts(deps, ref, sweeps);
  if (isConverted) await deps.deliver.sendOnce(ref);
  else await deps.convert(ref);
  return isConverted ? 'delivered' : 'converted';
}

const sureForMs = 6 * 60 * 60_000;

/**
 * Are open orders to be made sure of? They are there, since one goes only when its outcome is
 * recorded. To look for each costs a call, so it is done a few times a day, and where a host
 * starts anew after a crash.
 */
async function isUnsure(
  deps: SweepPagesDeps,
  { connector, runId, page }: PageRef,
  { orders = 0, sweptAt }: ProgressRow,
  { ageMs, minAgeMs }: { ageMs: number; minAgeMs: number },
): Promise<boolean> {
  const knownForMs = Math.min(ageMs, deps.now().getTime() - sweptAt);
  if (orders === 0 || (minAgeMs > 0 && knownForMs < sureForMs)) return false;
  return (await deps.progress.doneMailboxes(connector, runId, page)).size < orders;
}

/** Once or twice is what a crash leaves; what stays open for longer is shown. */
const attemptsToShow = 3;

async function showAttempts(
  deps: SweepPagesDeps,
  { connector, runId, page }: PageRef,
  sweeps: number,
): Promise<void> {
  if (sweeps < attemptsToShow) return;
  await deps.itemLog.write(connector, runId, [
    {
      key: `page-${page}-sweep`,
      ...{ itemId: '', page, outcome: 'pending' },
      reason: `Page ${page} of this run was left open, and has been swept ${sweeps} times. It is tried again; if this number grows, look at ConnectorStatus, and for errors of convertPage and deliverEmails in the app's log.`,
    },
  ]);
}
