import type { ContainerClient } from '@azure/storage-blob';
import pLimit from 'p-limit';
import { z } from 'zod';
import { containers } from '../../names.ts';
import type { RunLog } from '../../status/runLog.ts';
import { parsePagePath, runStart } from '../runs/runIds.ts';
import { answered, readJson, writeJson } from '../state/blobs.ts';
import type { Gaps } from '../state/gaps.ts';
import type { ArchiveStorage } from '../state/storage.ts';

/** What tidying up needs. */
export interface TidyDeps {
  storage: ArchiveStorage;
  runLog: RunLog;
  gaps: Gaps;
  now: () => Date;
}

const dayMs = 24 * 60 * 60 * 1000;
const notePath = 'sweep/tidied.json';
const noteSchema = z.object({ at: z.string() });
const removalsAtATime = 16;

/**
 * Removes what is stored twice, once a day: source pages and downloads older than `keepDays`,
 * whose content is in `emails`. What a run that is not settled or an open gap may need stays.
 * Returns how many blobs were removed.
 */
export async function tidy(
  deps: TidyDeps,
  connectors: string[],
  keepDays: number,
): Promise<number> {
  const now = deps.now();
  const state = deps.storage.container(containers.state);
  const noted = await readJson(state, notePath, noteSchema);
  if (noted && now.getTime() - Date.parse(noted.value.at) < dayMs) return 0;
  const note = { at: now.toISOString() };
  // Who notes it first does it.
  if (!(await writeJson(state, notePath, note, noted?.etag ?? 'absent'))) return 0;

  const keptFrom = now.getTime() - keepDays * dayMs;
  const sources = deps.storage.container(containers.sourcePages);
  const downloads = deps.storage.container(containers.attachments);
  let removed = 0;
  for (const connector of connectors) {
    const before = Math.min(keptFrom, await neededFrom(deps, connector));
    removed += await removeOld(sources, connector, timeOfPage, before);
    removed += await removeOld(downloads, connector, timeOfFile, before);
  }
  return removed;
}

/** When what a name stands for was over, in milliseconds; undefined for a name of another kind. */
type TimeOf = (name: string) => number | undefined;

const timeOfPage: TimeOf = (name) => {
  const ref = parsePagePath(name);
  return ref && runStart(ref.runId).getTime();
};

/** A day's folder goes when all of that day is old. */
const timeOfFile: TimeOf = (name) => {
  const day = /^[^/]+\/(\d{4}-\d\d-\d\d)\//.exec(name)?.[1];
  return day === undefined ? undefined : Date.parse(`${day}T00:00:00Z`) + dayMs;
};

/** The beginning of the oldest run or gap that is still open, in milliseconds since 1970. */
async function neededFrom(deps: TidyDeps, connector: string): Promise<number> {
  const runs = (await deps.runLog.unsettled()).filter(
    ({ partitionKey }) => partitionKey === connector,
  );
  const gaps = await deps.gaps.open(connector, '');
  return Math.min(
    ...runs.map(({ runId }) => runStart(runId).getTime()),
    ...gaps.map(({ firstSeenAt }) => firstSeenAt.getTime() - dayMs),
  );
}

/** Names begin with a time and are listed in order: what follows a young blob is younger. */
async function removeOld(
  container: ContainerClient,
  connector: string,
  timeOf: TimeOf,
  before: number,
): Promise<number> {
  const limit = pLimit(removalsAtATime);
  let removed = 0;
  const listings = container.listBlobsFlat({ prefix: `${connector}/` }).byPage();
  for await (const { segment } of listings) {
    const times = segment.blobItems.map(({ name }) => ({ name, time: timeOf(name) }));
    const old = times.filter(({ time }) => time !== undefined && time < before);
    await Promise.all(old.map(({ name }) => limit(remove, container, name)));
    removed += old.length;
    if (times.some(({ time }) => time !== undefined && time >= before)) break;
  }
  return removed;
}

async function remove(container: ContainerClient, name: string): Promise<void> {
  try {
    await container.deleteBlob(name);
  } catch (error) {
    if (!answered(error, 404)) throw error;
  }
}
