import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../local/graph/faults.ts';
import { type AppWorld, createAppWorld, startAppStorage } from './appWorld.ts';

let storage: Awaited<ReturnType<typeof startAppStorage>>;
let world: AppWorld;
beforeAll(async () => {
  storage = await startAppStorage();
});
afterAll(() => storage.close());
beforeEach(async () => {
  world = await createAppWorld(storage.connectionString);
});
afterEach(async () => {
  expect(world.graph.violations).toEqual([]);
  await world.close();
});

const ada = { id: 'id-ada', address: 'ada@contoso.com' };
const bob = { id: 'id-bob', address: 'bob@contoso.com' };
const full: Fault = { kind: 'quotaExceeded', routes: ['createMessage'] };
const texts = ['One', 'Three', 'Two'];

const replay = (runId: string, keys?: string[]) =>
  world.app().replay({ connector: world.connector, runId, ...(keys && { keys }) });

async function replayed(runId: string, keys?: string[]): Promise<string> {
  const answer = await replay(runId, keys);
  if (answer.kind !== 'started') throw new Error(answer.message);
  await world.pump();
  await world.settle(answer.runId);
  return answer.runId;
}

const runOf = async (runId: string) =>
  (await world.runs()).find((run) => run.runId === runId);

describe('what failed', () => {
  it('is made by a replay, which is a run of its own and says when', async () => {
    world.add({ address: 'ada@contoso.com' });
    const lift = world.graph.faults.add(full);
    const { runId } = await world.archive(texts, [ada]);
    await world.pump();
    await world.settle(runId);
    expect(await runOf(runId)).toMatchObject({ state: 'completedWithIssues', failed: 3 });
    lift();

    const second = await replayed(runId);

    expect(world.textsOf('ada@contoso.com')).toEqual(texts);
    expect(await runOf(second)).toMatchObject({
      ...{ kind: 'replay', state: 'completed', imported: 3, availableForImport: 3 },
    });
    expect(await runOf(runId)).toMatchObject({ state: 'completedWithIssues', failed: 3 });
    const log = await world.itemLog(runId);
    expect(log).toHaveLength(3);
    expect(log.every((row) => Boolean(row.resolvedAt))).toBe(true);
    expect(await replay(runId)).toMatchObject({ kind: 'nothing' });
  });

  it('is tried again item by item where that is asked for', async () => {
    world.add({ address: 'ada@contoso.com' });
    const lift = world.graph.faults.add(full);
    const { runId } = await world.archive(texts, [ada]);
    await world.pump();
    lift();
    const [row] = await world.itemLog(runId);
    const key = String(row?.rowKey).split('|')[0] ?? '';

    await replayed(runId, [key]);

    expect(world.textsOf('ada@contoso.com')).toHaveLength(1);
    const open = (await world.itemLog(runId)).filter((one) => !one.resolvedAt);
    expect(open).toHaveLength(2);
  });

  it('and fails again stands in the log of both runs until it is made', async () => {
    world.add({ address: 'ada@contoso.com' });
    const lift = world.graph.faults.add(full);
    const { runId } = await world.archive(texts, [ada]);
    await world.pump();

    const second = await replayed(runId);
    expect(await runOf(second)).toMatchObject({
      state: 'completedWithIssues',
      failed: 3,
    });
    lift();
    await replayed(second);

    expect(world.textsOf('ada@contoso.com')).toEqual(texts);
    for (const of of [runId, second]) {
      expect((await world.itemLog(of)).every((row) => Boolean(row.resolvedAt))).toBe(
        true,
      );
    }
  });

  it('for want of a mailbox finds the one that the person has by now', async () => {
    world.add({ address: 'ada@contoso.com' });
    const { runId } = await world.archive(['One'], [ada, bob]);
    await world.pump();
    world.add({ address: 'bob@contoso.com' });
    world.clock.skip(16 * 60_000);

    await replayed(runId);

    expect(world.textsOf('bob@contoso.com')).toEqual(['One']);
    expect(world.textsOf('ada@contoso.com')).toEqual(['One']);
  });

  it('is replayed twice at once, and made once', async () => {
    world.add({ address: 'ada@contoso.com' });
    const lift = world.graph.faults.add(full);
    const { runId } = await world.archive(texts, [ada]);
    await world.pump();
    lift();

    const first = await replay(runId);
    expect(await replay(runId)).toEqual(first);
    await world.pump();

    expect(world.textsOf('ada@contoso.com')).toEqual(texts);
    expect((await world.runs()).filter((run) => run.kind === 'replay')).toHaveLength(1);
  });

  it('in a mailbox stays in that mailbox, whatever the mapping says by now', async () => {
    for (const name of ['ada', 'other']) world.add({ address: `${name}@contoso.com` });
    const lift = world.graph.faults.add(full);
    const { runId } = await world.archive(['One'], [ada]);
    await world.pump();
    lift();
    await world.putMapping('ExternalUserId,O365UserMailbox\nid-ada,other@contoso.com\n');

    await replayed(runId);

    expect(world.textsOf('ada@contoso.com')).toEqual(['One']);
    expect(world.textsOf('other@contoso.com')).toEqual([]);
  });

  it('because nobody had a mailbox goes to a catch-all that there is by now', async () => {
    world.add({ address: 'all@contoso.com' });
    const eve = { id: 'id-eve', address: 'eve@elsewhere.org' };
    const { runId } = await world.archive(['One'], [eve]);
    await world.pump();
    await world.restart({ UNMAPPED_MAILBOX: 'all@contoso.com' });

    await replayed(runId);

    expect(world.textsOf('all@contoso.com')).toEqual(['One']);
    const failed = (await world.itemLog(runId)).filter((row) => row.outcome === 'failed');
    expect(failed.map((row) => Boolean(row.resolvedAt))).toEqual([true]);
  });

  it('goes on where a crash broke the replay off', async () => {
    world.add({ address: 'ada@contoso.com' });
    const lift = world.graph.faults.add(full);
    const { runId } = await world.archive(texts, [ada]);
    await world.pump();
    lift();
    const { deliver } = world.app().core;
    const { send } = deliver;
    deliver.send = async () => {
      throw new Error('The process is gone.');
    };
    await expect(replay(runId)).rejects.toThrow('gone');
    deliver.send = send;

    await world.sweep();
    await world.pump();

    expect(world.textsOf('ada@contoso.com')).toEqual(texts);
  });

  it('is nothing in a run that nobody knows', async () => {
    expect(await replay("x' or true")).toMatchObject({ kind: 'nothing' });
  });
});
