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
const hourMs = 60 * 60_000;
const creates = ['createMessage'];
const refused = (status: number, code: string): Fault => ({
  ...{ kind: 'refused', routes: creates, status, code },
});

/** A sentence: what happened, to what, and what to do. */
const sentence = (part: RegExp) =>
  expect.stringMatching(new RegExp(`^[A-Z].*${part.source}`));

describe('what an administrator has to mend in the organisation', () => {
  const write = /Mail-Advanced\.ReadWrite\.All with admin consent/;
  it.each<[string, Fault, RegExp]>([
    ['a sign-in that expired', { kind: 'unauthorized', routes: creates }, /sign-in/],
    ['consent withdrawn', { kind: 'authorizationDenied', routes: creates }, write],
    ['access that is scoped', { kind: 'accessDenied', routes: creates }, write],
    ['a property that needs more rights', refused(403, 'ErrorAccessDenied'), write],
    ['a directory closed', { kind: 'authorizationDenied', routes: ['listUsers'] }, write],
  ])('%s is said in ConnectorStatus', async (_what, fault, part) => {
    world.add({ address: 'ada@contoso.com' });
    const lift = world.graph.faults.add(fault);
    const { runId } = await world.archive(['One'], [ada]);
    await world.pump(world.clock.now().getTime() + hourMs);

    expect(await world.status()).toMatchObject({ importProblem: sentence(part) });
    expect(await world.settle(runId)).toMatchObject({ state: 'incomplete' });
    expect(await world.status()).toMatchObject({
      ...{ state: 'misconfigured', message: sentence(part) },
    });

    lift();
    await world.pump();
    expect(world.textsOf('ada@contoso.com')).toEqual(['One']);
    expect(await world.settle(runId)).toMatchObject({ state: 'completed' });
    expect(await world.status()).toMatchObject({
      ...{ state: 'idle', importProblem: '', message: '' },
    });
  });

  it('the mailbox that is closed is named in ItemLog, until it is open again', async () => {
    world.add({ address: 'ada@contoso.com' });
    const lift = world.graph.faults.add({ kind: 'accessDenied', routes: creates });
    const { runId } = await world.archive(['One'], [ada]);
    await world.pump(world.clock.now().getTime() + hourMs);

    const row = { mailbox: 'ada@contoso.com', outcome: 'pending' };
    expect(await world.itemLog(runId)).toMatchObject([
      { ...row, reason: sentence(write) },
    ]);

    lift();
    await world.pump();
    await world.settle(runId);
    expect(await world.itemLog(runId)).toMatchObject([
      { ...row, resolvedAt: expect.stringMatching(/^20/) },
    ]);
  });

  it('a setting of the app is said there too, and nothing is poisoned', async () => {
    world.add({ address: 'ada@contoso.com' });
    const { runId } = await world.archive(['One'], [ada]);
    await world.restart({ MAX_MESSAGE_MB: '999' });
    await world.pump(world.clock.now().getTime() + hourMs);

    expect(await world.status()).toMatchObject({
      importProblem: sentence(/150 at most/),
    });
    await world.restart({});
    await world.pump();
    expect(await world.settle(runId)).toMatchObject({ state: 'completed' });
  });
});

describe('what concerns one mailbox or one item', () => {
  it.each<[string, Fault, RegExp]>([
    ['a full mailbox', { kind: 'quotaExceeded', routes: creates }, /is full\. Make room/],
    ['no mailbox', { kind: 'noMailbox', routes: creates }, /no such mailbox.*Restore/],
    ['a message refused', refused(400, 'ErrorInvalidRecipients'), /malformed.*report/],
    ['too large', refused(413, 'RequestEntityTooLarge'), /larger than Microsoft Graph/],
    ['an unknown answer', refused(418, 'BrandNew'), /does not know.*BrandNew/],
  ])('%s is said in ItemLog, and the run ends', async (_what, fault, part) => {
    world.add({ address: 'ada@contoso.com' });
    const lift = world.graph.faults.add(fault);
    const { runId } = await world.archive(['One'], [ada]);
    await world.pump();
    lift();

    expect(await world.itemLog(runId)).toMatchObject([
      {
        ...{ outcome: 'failed', mailbox: 'ada@contoso.com', page: 0 },
        ...{ sourceUserId: 'id-ada', reason: sentence(part) },
      },
    ]);
    expect(await world.settle(runId)).toMatchObject({ state: 'completedWithIssues' });
  });
});

describe('an outage of three hours', () => {
  const outages: [string, Fault][] = [
    [
      'Graph says that it is unavailable',
      { kind: 'unavailable', retryAfterSeconds: null },
    ],
    ['Graph is throttled altogether', { kind: 'throttled', retryAfterSeconds: 600 }],
    ['Graph breaks connections', { kind: 'resetBeforeCommit' }],
    ['the directory does not answer', { kind: 'internalError', routes: ['listUsers'] }],
    ['mailboxes do not answer', { kind: 'badGateway', routes: creates }],
  ];
  it.each(outages)(
    'in which %s poisons nothing and loses nothing',
    async (_what, fault) => {
      for (const name of ['ada', 'bob']) world.add({ address: `${name}@contoso.com` });
      const bob = { id: 'id-bob', address: 'bob@contoso.com' };
      const lift = world.graph.faults.add(fault);
      const texts = ['One', 'Two'];
      const { runId } = await world.archive(texts, [ada, bob]);
      // Whatever a handler throws would count as an attempt, and fails this test.
      await world.pump(world.clock.now().getTime() + 3 * hourMs);
      expect(world.textsOf('ada@contoso.com')).toEqual([]);
      lift();
      await world.pump();

      expect(world.textsOf('ada@contoso.com')).toEqual(texts);
      expect(world.textsOf('bob@contoso.com')).toEqual(texts);
      expect(await world.itemLog(runId)).toEqual([]);
      expect(await world.settle(runId)).toMatchObject({ state: 'completed' });
      expect(await world.orders()).toEqual([]);
    },
  );

  it('is said in ConnectorStatus while it lasts', async () => {
    world.add({ address: 'ada@contoso.com' });
    const lift = world.graph.faults.add({ kind: 'badGateway', routes: ['listUsers'] });
    const { runId } = await world.archive(['One'], [ada]);
    await world.pump(world.clock.now().getTime() + hourMs);
    expect(await world.status()).toMatchObject({
      message: sentence(/is not answering.*tried again/),
    });

    lift();
    await world.pump();
    expect(await world.settle(runId)).toMatchObject({ state: 'completed' });
    expect(await world.status()).toMatchObject({ message: '' });
  });

  it('leaves one message for each page, however often it is swept', async () => {
    world.add({ address: 'ada@contoso.com' });
    world.graph.faults.add({ kind: 'internalError', routes: ['listUsers'] });
    await world.archive(['One'], [ada]);
    let delivered = 0;
    for (let n = 0; n < 36; n++) {
      await world.pump(world.clock.now().getTime() + hourMs / 12);
      delivered += (await world.sweep(false)).delivered;
    }
    await world.pump(world.clock.now().getTime() + 1000);

    expect(delivered).toBeGreaterThan(10);
    expect(world.waiting()).toBe(1);
  });
});
