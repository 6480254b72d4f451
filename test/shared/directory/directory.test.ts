import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type SimulatedGraph,
  startSimulatedGraph,
} from '../../../local/graph/simulatedGraph.ts';
import { addUser, createTenant, type NewUser } from '../../../local/graph/tenant.ts';
import { createDirectory } from '../../../shared/directory/directory.ts';
import type { Log } from '../../../shared/log.ts';
import { RemoteFault } from '../../../shared/mailbox/faults.ts';
import { createGraph } from '../../../shared/mailbox/graphClient.ts';
import {
  type Started,
  skippingClock,
  startWorld,
} from '../archive/import/importWorld.ts';

let started: Started;
let graph: SimulatedGraph;
let clock: ReturnType<typeof skippingClock>;
let logged: string[];
const tenant = createTenant({ domains: ['Contoso.com', 'contoso.onmicrosoft.com'] });

beforeAll(async () => {
  started = await startWorld();
});
afterAll(() => started.close());
let containers = 0;
beforeEach(async () => {
  clock = skippingClock();
  logged = [];
  tenant.users.length = 0;
  graph = await startSimulatedGraph({ tenant, now: clock.now });
});
afterEach(async () => {
  expect(graph.violations).toEqual([]);
  await graph.close();
});

async function newCache() {
  const container = started.storage.container(`directory-${++containers}`);
  await container.create();
  return container;
}

async function open(options: { cache?: Awaited<ReturnType<typeof newCache>> } = {}) {
  const write = (message: string) => void logged.push(message);
  const log: Log = { info: write, warn: write, error: write };
  return createDirectory({
    ...{ internalDomains: undefined, clock, log },
    graph: createGraph({
      ...{ baseUrl: graph.baseUrl, token: async () => graph.token },
      ...{ maxInFlight: 8, clock, log },
    }),
    cache: options.cache ?? (await newCache()),
  });
}

const add = (user: NewUser) => addUser(tenant, user);

describe('an address', () => {
  it('leads to its owner by each address that they have, in any case', async () => {
    const { id } = add({
      ...{ address: "Ada.O'Neil@contoso.com", userPrincipalName: 'ada@contoso.com' },
      ...{ aliases: ['countess@contoso.com'], otherMails: ['ada@home.example'] },
    });
    const directory = await open();

    const found = await directory.resolve([
      ...["ada.o'neil@CONTOSO.com", 'ada@contoso.com', 'Countess@contoso.com'],
      ...['ada@home.example', 'nobody@contoso.com'],
    ]);

    expect([...found.keys()].toSorted()).toEqual([
      ...["ada.o'neil@contoso.com", 'ada@contoso.com', 'ada@home.example'],
      'countess@contoso.com',
    ]);
    expect(new Set([...found.values()].map((mailbox) => mailbox.id))).toEqual(
      new Set([id]),
    );
  });

  it('leads nowhere for guests and people without a mailbox', async () => {
    add({ address: 'guest@elsewhere.example', guest: true });
    add({ address: 'unlicensed@contoso.com', mailbox: 'none' });
    const directory = await open();

    const found = await directory.resolve([
      'guest@elsewhere.example',
      'unlicensed@contoso.com',
    ]);

    expect(found.size).toBe(0);
  });

  it('leads nowhere when two people have it, and is not in the log', async () => {
    add({ address: 'ada@contoso.com', otherMails: ['both@home.example'] });
    add({ address: 'bob@contoso.com', otherMails: ['both@home.example'] });
    const directory = await open();

    expect((await directory.resolve(['both@home.example'])).size).toBe(0);
    expect(logged.join()).toContain('several users');
    expect(logged.join()).not.toContain('@');
  });

  it('leads to who has it from the organisation before who says that they have it', async () => {
    const { id } = add({ address: 'ada@contoso.com' });
    add({ address: 'bob@contoso.com', otherMails: ['ada@contoso.com'] });
    add({ address: 'carl@contoso.com', mailbox: 'none' });
    add({ address: 'dora@contoso.com', otherMails: ['carl@contoso.com'] });
    const directory = await open();

    const found = await directory.resolve(['ada@contoso.com', 'carl@contoso.com']);

    expect([...found.values()].map((mailbox) => mailbox.id)).toEqual([id]);
  });

  it('leads to whose primary address it is before whose sign-in name or alias', async () => {
    add({ address: 'old@contoso.com', userPrincipalName: 'ada@contoso.com' });
    add({ address: 'bob@contoso.com', aliases: ['ada@contoso.com'] });
    const { id } = add({
      address: 'ada@contoso.com',
      userPrincipalName: 'a@contoso.com',
    });
    const directory = await open();

    const found = await directory.resolve(['ada@contoso.com']);

    expect(found.get('ada@contoso.com')?.id).toBe(id);
  });

  it('that people chat under counts for those who ask for it', async () => {
    const { id } = add({
      ...{ address: 'ada@contoso.com', imAddresses: ['ada.chat@contoso.com'] },
    });
    const bob = add({ address: 'bob@contoso.com' });
    bob.proxyAddresses.push('SIP:Bob.Chat@contoso.com');
    const directory = await open();
    const chats = ['sip:Ada.Chat@contoso.com', 'bob.chat@contoso.com', 'ada@contoso.com'];

    expect((await directory.resolve(chats)).size).toBe(1);
    const found = await directory.resolve(chats, { chat: true });

    expect(found.get('ada.chat@contoso.com')?.id).toBe(id);
    expect(found.get('ada@contoso.com')?.id).toBe(id);
    expect(found.get('bob.chat@contoso.com')?.id).toBe(bob.id);
  });

  it('leads to its owner where chat addresses can not be searched', async () => {
    const { id } = add({ address: 'ada@contoso.com' });
    graph.faults.add({ kind: 'refused', routes: ['listUsers'], count: 1 });
    const directory = await open();

    const found = await directory.resolve(['ada@contoso.com'], { chat: true });

    expect(found.get('ada@contoso.com')?.id).toBe(id);
    expect(logged).toEqual([]);
  });

  it('that can be none is not asked for', async () => {
    const directory = await open();

    const found = await directory.resolve([
      ...['', 'none', 'a@b@c', '42@webex.invalid', "x' or true@contoso.com"],
      ...['a\r\nb@contoso.com', `${'a'.repeat(300)}@contoso.com`],
    ]);

    expect(found.size).toBe(0);
    expect(graph.requests.total).toBe(0);
  });

  it('is asked for with others, twenty at a time', async () => {
    const people = Array.from({ length: 45 }, (_, i) => `person-${i}@contoso.com`);
    for (const address of people) add({ address });
    const directory = await open();

    expect((await directory.resolve(people)).size).toBe(45);
    expect(graph.requests.routes.batch).toBe(6);
  });
});

describe('answers', () => {
  it('are kept for all instances', async () => {
    add({ address: 'ada@contoso.com' });
    const cache = await newCache();
    await (await open({ cache })).resolve(['ada@contoso.com', 'nobody@contoso.com']);
    const asked = graph.requests.total;

    const other = await open({ cache });
    const found = await other.resolve(['ada@contoso.com', 'nobody@contoso.com']);

    expect([...found.keys()]).toEqual(['ada@contoso.com']);
    expect(graph.requests.total).toBe(asked);
  });

  it('age: what was not found is asked again sooner', async () => {
    add({ address: 'ada@contoso.com' });
    const directory = await open();
    const both = ['ada@contoso.com', 'late@contoso.com'];
    await directory.resolve(both);
    add({ address: 'late@contoso.com' });
    tenant.users.shift();

    clock.skip(16 * 60_000);
    expect([...(await directory.resolve(both)).keys()]).toEqual(both);
    clock.skip(24 * 60 * 60_000);
    expect([...(await directory.resolve(both)).keys()]).toEqual(['late@contoso.com']);
  });

  it('that many ask for at once are asked once', async () => {
    add({ address: 'ada@contoso.com' });
    const directory = await open();

    await Promise.all(
      Array.from({ length: 8 }, () => directory.resolve(['ada@contoso.com'])),
    );

    expect(graph.requests.routes.batch).toBe(2);
  });

  it('are kept together when instances write at once', async () => {
    const people = Array.from({ length: 40 }, (_, i) => `person-${i}@contoso.com`);
    for (const address of people) add({ address });
    const cache = await newCache();
    const instances = await Promise.all([1, 2, 3, 4].map(() => open({ cache })));

    await Promise.all(
      instances.map((one, i) => one.resolve(people.slice(i * 10, i * 10 + 10))),
    );

    const asked = graph.requests.total;
    expect((await (await open({ cache })).resolve(people)).size).toBe(40);
    expect(graph.requests.total).toBe(asked);
  });
});

describe('a fault of the directory', () => {
  it('in one part of a batch is asked again, as long as the server says', async () => {
    for (const n of [1, 2, 3]) add({ address: `p${n}@contoso.com` });
    graph.faults.add({ kind: 'throttled', routes: ['listUsers'], count: 2 });
    graph.faults.add({ kind: 'internalError', routes: ['getFolder'], count: 1 });
    const directory = await open();

    const found = await directory.resolve([1, 2, 3].map((n) => `p${n}@contoso.com`));

    expect(found.size).toBe(3);
  });

  it('that lasts is thrown, and nothing is taken for unknown', async () => {
    add({ address: 'ada@contoso.com' });
    const lift = graph.faults.add({ kind: 'internalError', routes: ['listUsers'] });
    const directory = await open();

    await expect(directory.resolve(['ada@contoso.com'])).rejects.toThrow(RemoteFault);

    lift();
    expect((await directory.resolve(['ada@contoso.com'])).size).toBe(1);
  });

  it('that an administrator has to mend is thrown as such', async () => {
    graph.faults.add({ kind: 'authorizationDenied', routes: ['listUsers'] });
    const directory = await open();

    await expect(directory.resolve(['ada@contoso.com'])).rejects.toMatchObject({
      reaction: 'stop',
      message: expect.stringContaining('User.Read.All'),
    });
  });

  it('with one mailbox that this app may not see leaves it to the import to say so', async () => {
    const { id } = add({ address: 'ada@contoso.com' });
    graph.faults.add({ kind: 'accessDenied', routes: ['getFolder'], user: id });
    const directory = await open();

    expect((await directory.resolve(['ada@contoso.com'])).size).toBe(1);
  });
});

describe('the internal domains', () => {
  it('are what Microsoft 365 has verified, asked once', async () => {
    const directory = await open();

    await directory.internalDomains();
    const domains = await directory.internalDomains();

    expect([...domains]).toEqual(['contoso.com', 'contoso.onmicrosoft.com']);
    expect(graph.requests.total).toBe(1);
  });
});
