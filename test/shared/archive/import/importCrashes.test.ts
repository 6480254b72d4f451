import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImporterDeps } from '../../../../shared/archive/import/importOrders.ts';
import type { CopyResult } from '../../../../shared/archive/state/order.ts';
import type { Clock } from '../../../../shared/clock.ts';
import {
  createWorld,
  patienceMs,
  type Started,
  startWorld,
  type World,
} from './importWorld.ts';
import { mortal } from './mortal.ts';

let started: Started;
beforeAll(async () => {
  started = await startWorld();
});
afterAll(() => started.close());

/** So that files do not fit, nor in one go. */
const large = { maxBytes: 20_000, uploadSizes: { sessionFrom: 20_000, chunk: 16_384 } };
const limits = { smallestSessionBytes: 20_000 };
/** A lease that is never renewed. */
const untilAborted: Clock['sleep'] = (_ms, signal) =>
  new Promise((_resolve, reject) => signal?.addEventListener('abort', reject));
const file = (name: string, bytes: number) => ({ name, content: Buffer.alloc(bytes, 7) });

/** What is imported while processes die, and what has to come of it. */
interface Load {
  texts: string[];
  files: ReturnType<typeof file>[];
  importer: Partial<ImporterDeps>;
  outcome: CopyResult['outcome'];
  /** The names of the files of each message, in the order of subjects. */
  messages: string[][];
}

const twoLarge: Load = {
  ...{ texts: ['One', 'Two'], files: [file('big', 30_000)], importer: large },
  ...{ outcome: 'imported', messages: [['big'], ['big']] },
};

/** One email becomes two messages, and one of its files is over the limit. */
const inParts: Load = {
  texts: ['One'],
  files: [file('a', 30_000), file('b', 30_000), file('huge', 60_000)],
  importer: { ...large, maxMessageBytes: 50_000 },
  ...{ outcome: 'partial', messages: [['a'], ['b']] },
};

/** A process that dies at a moment, and what it leaves behind. */
async function dieAt(
  moment: number,
  { texts, files, importer: more }: Load,
): Promise<{ world: World; isDead: boolean }> {
  const world = await createWorld(started.storage, { limits });
  await world.place({ texts, files });
  const process = mortal(started.storage, moment);
  const importer = world.importer('dead', {
    ...more,
    storage: process.storage,
    graph: world.client({ fetch: process.fetch }),
    leaseClock: { now: () => new Date(), sleep: untilAborted },
  });
  const ended = await Promise.race([
    importer.drain(world.mailbox, 0).then(() => true),
    process.died.then(() => false),
  ]);
  return { world, isDead: !ended };
}

/** Kills a process at each of its moments, one after the other; returns how many there are. */
async function dieAtEach(load: Load): Promise<number> {
  for (let moment = 1; ; moment++) {
    const { world, isDead } = await dieAt(moment, load);
    const isGone = (host: string) => host === 'dead';
    const heir = world.importer('heir', { ...load.importer, isGone });

    const results = await world.drain(heir);

    const at = `moment ${moment}`;
    expect(results.at(-1), at).toEqual({ kind: 'drained' });
    expect(new Set(world.outcomes()), at).toEqual(new Set([load.outcome]));
    const messages = world
      .messages()
      .toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
    expect(
      messages.map(({ attachments }) => attachments.map(({ name }) => name)),
      at,
    ).toEqual(load.messages);
    for (const { folder } of messages) expect(folder, at).toBe('Inbox/Webex Teams');
    expect(await world.orders(), at).toEqual([]);
    expect(world.graph.violations, at).toEqual([]);
    await world.close();
    if (!isDead) return moment;
  }
}

describe('a process that is killed at any moment', () => {
  it('leaves exactly one copy of each item once another one has gone on', async () => {
    expect(await dieAtEach(twoLarge)).toBeGreaterThan(30);
  }, 300_000);

  it('leaves each part once, and what was partial stays partial', async () => {
    expect(await dieAtEach(inParts)).toBeGreaterThan(30);
  }, 300_000);
});

/** Keeps requests to the mailbox from starting until it thaws. */
function freezer() {
  let thaw = () => {};
  const thawed = new Promise<void>((resolve) => {
    thaw = resolve;
  });
  let froze = () => {};
  const frozen = new Promise<void>((resolve) => {
    froze = resolve;
  });
  const slowFetch: typeof fetch = async (input, init) => {
    if (init?.method === 'POST' && String(input).endsWith('/messages')) {
      froze();
      await thawed;
    }
    return fetch(input, init);
  };
  return { fetch: slowFetch, frozen, thaw: () => thaw() };
}

describe('a process that stalls between its intent and its request', () => {
  it('removes its own copy when another one has made it meanwhile', async () => {
    const world = await createWorld(started.storage);
    await world.place({ texts: ['One'] });
    const stall = freezer();
    const graph = world.client({ fetch: stall.fetch });
    const first = world.importer('stalled', { graph }).drain(world.mailbox, 0);
    await stall.frozen;

    // The worst case: it is taken for dead, although it is not.
    const heir = world.importer('heir', { isGone: (host) => host === 'stalled' });
    await world.drain(heir);
    expect(world.messages()).toHaveLength(1);
    const kept = world.messages()[0]?.id;
    stall.thaw();
    await first;

    const left = world.messages().filter(({ folder }) => folder.startsWith('Inbox'));
    expect(left.map(({ id }) => id)).toEqual([kept]);
    expect(world.outcomes()[0]).toBe('imported');
    await world.close();
  });

  it('is not judged by others before its request could be over', async () => {
    const world = await createWorld(started.storage);
    await world.place({ texts: ['One'] });
    const stall = freezer();
    const process = mortal(started.storage, Number.POSITIVE_INFINITY);
    const graph = world.client({ fetch: stall.fetch });
    const leaseClock = { now: () => new Date(), sleep: untilAborted };
    void world
      .importer('stalled', { graph, storage: process.storage, leaseClock })
      .drain(world.mailbox, 0);
    await stall.frozen;
    const lease = started.storage
      .container('state')
      .getBlobClient(`locks/${world.mailbox}`)
      .getBlobLeaseClient();
    await lease.breakLease(0);

    const result = await world.importer('heir').drain(world.mailbox, 0);

    // The deadline of the intent, and the patience after it.
    expect(result.kind === 'later' && result.after).toBeGreaterThan(patienceMs + 60_000);
    expect(world.graph.requests.routes.createMessage).toBeUndefined();
    await world.close();
  });

  it('starts nothing when its lease may have lapsed', async () => {
    const world = await createWorld(started.storage);
    await world.place({ texts: ['One'] });
    let late = 0;
    const leaseClock = { now: () => new Date(Date.now() + late), sleep: untilAborted };
    const importer = world.importer('slow', {
      leaseClock,
      graph: world.client({
        token: async () => {
          late = 40_000;
          return world.graph.token;
        },
      }),
    });

    const result = await importer.drain(world.mailbox, 0);

    expect(result.kind).toBe('later');
    expect(world.graph.requests.total).toBe(0);
    await world.close();
  });
});

describe('two writers at once', () => {
  it('are one: the other returns, and everything is there once', async () => {
    const world = await createWorld(started.storage);
    await world.place({ texts: Array.from({ length: 60 }, (_, i) => `Item ${i}`) });
    await world.place({
      texts: Array.from({ length: 60 }, (_, i) => `Item ${i + 30}`),
      page: 1,
    });

    const results = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        world.importer(`host-${i}`).drain(world.mailbox, 0),
      ),
    );

    expect(results.filter(({ kind }) => kind === 'drained').length).toBeGreaterThan(0);
    expect(results.every(({ kind }) => kind !== 'later')).toBe(true);
    expect(world.messages()).toHaveLength(90);
    const counts = Map.groupBy(world.outcomes(), (outcome) => outcome);
    expect(counts.get('imported')).toHaveLength(90);
    expect(counts.get('skipped')).toHaveLength(30);
    expect(world.graph.violations).toEqual([]);
    await world.close();
  });

  it('share nothing but the ledger when the lock is broken under one of them', async () => {
    const world = await createWorld(started.storage);
    await world.place({ texts: Array.from({ length: 60 }, (_, i) => `Item ${i}`) });
    const { storage } = started;
    const lock = storage.container('state').getBlobClient(`locks/${world.mailbox}`);
    let calls = 0;
    const breaking: typeof fetch = async (input, init) => {
      if (++calls === 30) await lock.getBlobLeaseClient().breakLease(0);
      return fetch(input, init);
    };
    const graph = world.client({ fetch: breaking });
    const one = world.importer('one', { graph }).drain(world.mailbox, 0);
    await expect.poll(() => calls, { timeout: 10_000 }).toBeGreaterThan(30);
    await world.importer('two').drain(world.mailbox, 0);
    await one;
    await world.drain();

    expect(world.messages()).toHaveLength(60);
    expect(new Set(world.messages().map(({ body }) => body.content)).size).toBe(60);
    await world.close();
  });
});
