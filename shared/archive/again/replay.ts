import { z } from 'zod';
import { containers } from '../../names.ts';
import type { ItemLog } from '../../status/itemLog.ts';
import type { RunLog } from '../../status/runLog.ts';
import type { DeliverQueue } from '../deliverQueue.ts';
import { newRunId, parsePagePath } from '../runs/runIds.ts';
import { readJson, writeJson } from '../state/blobs.ts';
import type { ArchiveStorage } from '../state/storage.ts';
import { sha256 } from '../state/tableKeys.ts';
import { keepPlan, type Plan, readPlan } from './plan.ts';
import { runsUnderWay, startPlanned } from './startPlanned.ts';

/** What starting a replay needs. */
export interface ReplayDeps {
  storage: ArchiveStorage;
  itemLog: ItemLog;
  runLog: RunLog;
  deliver: DeliverQueue;
  now: () => Date;
}

/** What is to be tried again. */
export interface ReplayRequest {
  connector: string;
  /** The run whose failed copies are tried again. */
  runId: string;
  /** Only these items; all that failed, if absent. */
  keys?: string[];
}

/** `message` is a sentence. */
export type ReplayAnswer =
  | { kind: 'started'; runId: string }
  | { kind: 'nothing'; message: string };

/** Which run replays, or replayed last, what a request names: `state/replays/NAME/…`. */
const noteSchema = z.object({ runId: z.string() });

/**
 * Tries again what failed in a run, as a run of its own. Asked once more for the same, it answers
 * with that run for as long as it goes on.
 */
export async function startReplay(
  deps: ReplayDeps,
  request: ReplayRequest,
): Promise<ReplayAnswer> {
  const { connector } = request;
  if (!parsePagePath(`${connector}/${request.runId}/0`)) {
    return { kind: 'nothing', message: 'There is no run of that name.' };
  }
  const container = deps.storage.container(containers.state);
  const path = notePath(request);
  for (;;) {
    const stored = await readJson(container, path, noteSchema);
    if (stored && (await goOn(deps, connector, stored.value.runId))) {
      return { kind: 'started', runId: stored.value.runId };
    }
    if ((await runsUnderWay(deps.runLog, connector, ['mapping'])).length > 0) {
      const message =
        'A new custom mapping is being delivered. Ask again when its run has ended.';
      return { kind: 'nothing', message };
    }
    const plan = await makePlan(deps, request);
    if (plan.pages.length === 0) {
      const message = `Nothing that failed in the run ${request.runId} can be replayed: no copy of it is open that has an email.`;
      return { kind: 'nothing', message };
    }
    const runId = newRunId(deps.now(), Math.random);
    if (!(await writeJson(container, path, { runId }, stored?.etag ?? 'absent')))
      continue;
    const kept = await keepPlan(deps.storage, connector, runId, plan);
    await startPlanned(deps, connector, runId, kept);
    return { kind: 'started', runId };
  }
}

function notePath({ connector, runId, keys }: ReplayRequest): string {
  const part = keys ? `-${sha256([...new Set(keys)].sort().join())}` : '';
  return `replays/${connector}/${runId}${part}.json`;
}

/** False if there is no such run, or it is over. */
async function goOn(deps: ReplayDeps, connector: string, runId: string) {
  const plan = await readPlan(deps.storage, connector, runId);
  if (!plan || (await deps.runLog.read(connector, runId))?.settled) return false;
  await startPlanned(deps, connector, runId, plan);
  return true;
}

async function makePlan(deps: ReplayDeps, request: ReplayRequest): Promise<Plan> {
  const { connector, runId, keys } = request;
  const wanted = keys && new Set(keys);
  const pages = new Set<number>();
  for await (const row of deps.itemLog.open(connector, { outcomes: ['failed'], runId })) {
    const isWanted = row.emailPath !== '' && wanted?.has(row.key) !== false;
    if (isWanted && row.page !== undefined) pages.add(row.page);
  }
  return {
    ...{ kind: 'replay', ...(keys && { keys }), people: [] },
    pages: [...pages].sort((a, b) => a - b).map((page) => ({ runId, page })),
  };
}
