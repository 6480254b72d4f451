import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tables } from '../../../shared/names.ts';
import {
  createItemLog,
  type ItemLogRow,
  type OpenRowsQuery,
} from '../../../shared/status/itemLog.ts';
import { type Started, startWorld } from '../archive/import/importWorld.ts';

let started: Started;
beforeAll(async () => {
  started = await startWorld();
});
afterAll(() => started.close());

const now = () => new Date('2026-11-20T12:00:00Z');
const first = '20261119T010000Z-0001';
const second = '20261120T010000Z-0002';
const openLog = () => createItemLog(started.storage.table(tables.itemLog), now);
const row = (key: string, change: Partial<ItemLogRow> = {}): ItemLogRow => ({
  ...{ key, itemId: key, outcome: 'failed', reason: 'The mailbox is full.', page: 0 },
  ...change,
});

/** Two runs of a connector, and one of another whose name begins with the same letters. */
async function fill(connector: string) {
  const log = openLog();
  await log.write(connector, first, [row('a'), row('b', { page: 1 })]);
  await log.write(connector, second, [row('c', { outcome: 'unmapped' })]);
  await log.write(`${connector}-eu`, first, [row('d')]);
  const open = async (query: OpenRowsQuery) =>
    (await Array.fromAsync(log.open(connector, query))).map(({ key }) => key);
  return { log, open };
}

describe('open rows of ItemLog', () => {
  it('are asked for by outcome, run and page', async () => {
    const { open } = await fill('log-1');
    expect(await open({ outcomes: ['failed', 'unmapped'] })).toEqual(['a', 'b', 'c']);
    expect(await open({ outcomes: ['unmapped'] })).toEqual(['c']);
    expect(await open({ outcomes: ['failed'], runId: second })).toEqual([]);
    expect(await open({ outcomes: ['failed'], runId: first, page: 1 })).toEqual(['b']);
  });

  it('are open until they are resolved, and stay resolved when written again', async () => {
    const { log, open } = await fill('log-2');
    await log.resolve('log-2', [{ runId: first, row: 'a|-' }]);
    await log.write('log-2', first, [row('a')]);
    expect(await open({ outcomes: ['failed'] })).toEqual(['b']);
  });

  it('are resolved though one of them is gone, or named twice', async () => {
    const { log, open } = await fill('log-3');
    const refs = ['a|-', 'gone|-', 'b|-', 'a|-'].map((of) => ({ runId: first, row: of }));
    await log.resolve('log-3', [...refs, { runId: second, row: 'c|-' }]);
    expect(await open({ outcomes: ['failed', 'unmapped'] })).toEqual([]);
  });
});
