import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGaps } from '../../../../shared/archive/state/gaps.ts';
import { type TidyDeps, tidy } from '../../../../shared/archive/sweep/tidy.ts';
import { containers, tables } from '../../../../shared/names.ts';
import { createRunLog } from '../../../../shared/status/runLog.ts';
import { type Started, startWorld } from '../import/importWorld.ts';

let started: Started;
beforeAll(async () => {
  started = await startWorld();
});
afterAll(() => started.close());

const dayMs = 24 * 60 * 60_000;
let now = new Date('2026-11-20T12:00:00Z');
const oldRun = '20261001T010000Z-0001';
const newRun = '20261119T010000Z-0002';

async function put(container: string, path: string): Promise<void> {
  const blob = started.storage.container(container).getBlockBlobClient(path);
  await blob.upload('{}', 2);
}

async function left(connector: string): Promise<string[]> {
  const names: string[] = [];
  for (const container of [containers.sourcePages, containers.attachments]) {
    const blobs = started.storage.container(container);
    for await (const { name } of blobs.listBlobsFlat({ prefix: `${connector}/` })) {
      names.push(name.slice(connector.length + 1));
    }
  }
  return names;
}

/** Source pages and downloads of an old and a new run; each test begins a day later. */
async function setUp(connector: string, settled = true) {
  now = new Date(now.getTime() + dayMs);
  const { storage } = started;
  const deps: TidyDeps = {
    ...{ storage, now: () => now },
    runLog: createRunLog(storage.table(tables.runLog)),
    gaps: createGaps(storage.table(tables.gaps), 7, () => new Date('2026-10-02T00:00Z')),
  };
  await deps.runLog.write(connector, oldRun, { settled });
  await deps.runLog.write(connector, newRun, { settled: false });
  await put(containers.sourcePages, `${connector}/${oldRun}/0`);
  await put(containers.sourcePages, `${connector}/${newRun}/0`);
  await put(containers.attachments, `${connector}/2026-10-01/a`);
  await put(containers.attachments, `${connector}/2026-11-19/b`);
  return deps;
}

const newOnes = [`${newRun}/0`, '2026-11-19/b'];

describe('tidying', () => {
  it('removes source pages and downloads of old, settled runs', async () => {
    const deps = await setUp('tidy-1');
    expect(await tidy(deps, ['tidy-1'], 30)).toBe(2);
    expect(await left('tidy-1')).toEqual(newOnes);
  });

  it('happens once a day', async () => {
    const deps = await setUp('tidy-2');
    await tidy(deps, [], 30);
    expect(await tidy(deps, ['tidy-2'], 30)).toBe(0);
    now = new Date(now.getTime() + dayMs);
    expect(await tidy(deps, ['tidy-2'], 30)).toBe(2);
  });

  it('keeps what a run that is not settled may need', async () => {
    const deps = await setUp('tidy-3', false);
    expect(await tidy(deps, ['tidy-3'], 30)).toBe(0);
    expect(await left('tidy-3')).toHaveLength(4);
  });

  it('keeps what an open gap may need', async () => {
    const deps = await setUp('tidy-4');
    const window = { from: new Date(0), to: new Date(1) };
    const gap = { object: 'file', itemId: 'item', reason: 'Locked.', retry: null };
    await deps.gaps.record('tidy-4', oldRun, window, gap);
    expect(await tidy(deps, ['tidy-4'], 30)).toBe(0);
    await deps.gaps.resolve('tidy-4', 'file');
    now = new Date(now.getTime() + dayMs);
    expect(await tidy(deps, ['tidy-4'], 30)).toBe(2);
  });
});
