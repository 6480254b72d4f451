import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outlookLimits } from '../../../../shared/mailbox/pacer.ts';
import {
  createWorld,
  patienceMs,
  type Started,
  startWorld,
  type World,
} from './importWorld.ts';

let started: Started;
let world: World;
beforeAll(async () => {
  started = await startWorld();
});
afterAll(() => started.close());
beforeEach(async () => {
  world = await createWorld(started.storage);
});
afterEach(async () => {
  expect(world.graph.violations).toEqual([]);
  await world.close();
});

const texts = ['One', 'Two', 'Three', 'Four', 'Five'];
const creates = ['createMessage'];

function expectOneOfEach(what = texts) {
  expect(world.messages()).toHaveLength(what.length);
  expect(new Set(world.messages().map(({ body }) => body.content)).size).toBe(
    what.length,
  );
  expect(world.messages().every(({ isDraft }) => !isDraft)).toBe(true);
  expect(world.outcomes()).toEqual(what.map(() => 'imported'));
}

describe('a mailbox that is throttled', () => {
  it('is left alone for as long as the server says, and then goes on', async () => {
    world.graph.faults.add({
      ...{ kind: 'throttled', routes: creates, count: 1, after: 2 },
      retryAfterSeconds: 120,
    });
    await world.place({ texts });

    const [first, ...rest] = await world.drain();

    expect(first).toMatchObject({ kind: 'later' });
    expect(first?.kind === 'later' && first.after).toBeGreaterThan(110_000);
    expect(rest).toEqual([{ kind: 'drained' }]);
    expectOneOfEach();
  });

  it('stays alone whoever comes meanwhile', async () => {
    world.graph.faults.add({
      ...{ kind: 'throttled', routes: creates, count: 1, retryAfterSeconds: 600 },
    });
    await world.place({ texts });
    const turn = await world.importer().drain(world.mailbox, 0);
    const requests = world.graph.requests.total;
    await world.place({ texts: ['Six'], page: 1 });

    expect(turn.kind).toBe('later');
    for (const attempt of [0, 1]) {
      const other = world.importer('host-2');
      expect(await other.drain(world.mailbox, attempt)).toEqual({ kind: 'busy' });
    }
    expect(world.graph.requests.total).toBe(requests);

    world.clock.skip(600_000);
    await world.drain();
    expectOneOfEach([...texts, 'Six']);
  });

  it('is waited for within the turn where that is short', async () => {
    world.graph.faults.add({ kind: 'throttled', routes: creates, count: 3 });
    await world.place({ texts });

    expect(await world.drain()).toEqual([{ kind: 'drained' }]);
    expectOneOfEach();
  });

  it('is left alone for a while if the server does not say how long', async () => {
    world.graph.faults.add({
      ...{ kind: 'throttled', count: 12, retryAfterSeconds: null },
    });
    await world.place({ texts });

    await world.drain();

    expectOneOfEach();
  });

  it('is kept under its limits without being told', async () => {
    const scaled = { requests: 20, requestWindowSeconds: 60 };
    const own = await createWorld(started.storage, { limits: scaled });
    const limits = { ...outlookLimits, requests: { count: 20, windowMs: 60_000 } };
    await own.place({ texts: Array.from({ length: 50 }, (_, i) => `Paced ${i}`) });
    const begun = own.clock.now().getTime();

    await own.drain(own.importer('host-1', { limits }));

    expect(own.outcomes()).toHaveLength(50);
    expect(own.clock.now().getTime() - begun).toBeGreaterThan(120_000);
    expect(own.graph.requests.statuses[429]).toBeUndefined();
    expect(own.graph.violations).toEqual([]);
    await own.close();
  });
});

describe('a create of unknown outcome', () => {
  for (const kind of ['resetAfterCommit', 'timeoutAfterCommit', 'lateCommit'] as const) {
    it(`is not made again if it happened (${kind})`, async () => {
      const delayMs = kind === 'lateCommit' ? patienceMs / 2 : 0;
      world.graph.faults.add({ kind, routes: creates, count: 2, delayMs });
      await world.place({ texts });

      const results = await world.drain();

      const waits = results.map((result) => (result.kind === 'later' ? result.after : 0));
      expect(Math.max(...waits)).toBeGreaterThan(patienceMs * 0.9);
      expect(results.at(-1)).toEqual({ kind: 'drained' });
      expectOneOfEach();
      const ids = world.done[0]?.results.map(({ messageId }) => messageId);
      expect(ids?.toSorted()).toEqual(
        world
          .messages()
          .map(({ id }) => id)
          .toSorted(),
      );
    });
  }

  for (const kind of [
    'resetBeforeCommit',
    'timeoutBeforeCommit',
    'unavailable',
    'internalError',
    'badGateway',
  ] as const) {
    it(`is made again, once it is known that it did not happen (${kind})`, async () => {
      world.graph.faults.add({ kind, routes: creates, count: 2 });
      await world.place({ texts });

      await world.drain();

      expectOneOfEach();
    });
  }

  it('is found where its reader moved it', async () => {
    world.graph.faults.add({ kind: 'resetAfterCommit', routes: creates, count: 1 });
    await world.place({ texts: ['One'] });
    await world.importer().drain(world.mailbox, 0);
    const [message] = world.messages();
    world.graph.owner(world.mailbox).moveMessage(message?.id ?? '', 'Inbox');
    world.clock.skip(patienceMs);

    await world.drain();

    expectOneOfEach(['One']);
  });

  it('keeps its time limit against a server that does not answer', async () => {
    world.graph.faults.add({
      ...{ kind: 'slowAnswer', routes: creates, count: 1, delayMs: 60_000 },
    });
    await world.place({ texts: ['One'] });
    const hasty = world.client({ limitMs: 300 });

    await world.drain(world.importer('host-1', { graph: hasty }));

    expectOneOfEach(['One']);
  });
});

describe('an outage of Graph', () => {
  it('of three hours loses nothing and poisons nothing', async () => {
    await world.place({ texts });
    const lift = world.graph.faults.add({ kind: 'internalError' });
    const importer = world.importer();
    const end = world.clock.now().getTime() + 3 * 60 * 60_000;
    let turns = 0;
    for (; world.clock.now().getTime() < end; turns++) {
      const result = await importer.drain(world.mailbox, turns);
      expect(result.kind).toBe('later');
      world.clock.skip(result.kind === 'later' ? result.after : 0);
    }
    lift();

    await world.drain(importer);

    expect(turns).toBeLessThan(100);
    expectOneOfEach();
  });
});

describe('five percent of every fault at once', () => {
  it('end with one copy of each item, all accounted for', async () => {
    const kinds = [
      ...(['throttled', 'unavailable', 'resetBeforeCommit', 'resetAfterCommit'] as const),
      ...(['timeoutAfterCommit', 'lateCommit', 'internalError'] as const),
    ];
    for (const kind of kinds) {
      world.graph.faults.add({ kind, rate: 0.05, delayMs: 60_000 });
    }
    world.graph.faults.add({ kind: 'indexLag', rate: 0.2, delayMs: 60_000 });
    const all = Array.from({ length: 150 }, (_, i) => `Item ${i}`);
    await world.place({ texts: all });

    const results = await world.drain(world.importer(), 200);

    expect(results.at(-1)).toEqual({ kind: 'drained' });
    expectOneOfEach(all);
    // The clock jumps over every wait, also while other requests are on the wire: to the
    // service they seem to have been sent after the answer that asked to wait.
    const early = /before the end of a Retry-After/;
    const others = world.graph.violations.filter((violation) => !early.test(violation));
    world.graph.violations.splice(0, Number.POSITIVE_INFINITY, ...others);
  });
});

describe('one bad item', () => {
  it('fails alone, with a sentence', async () => {
    world.graph.faults.add({
      ...{ kind: 'refused', routes: creates, count: 1, after: 1 },
      ...{ status: 400, code: 'ErrorInvalidRecipients' },
    });
    await world.place({ texts });

    await world.drain();

    expect(world.outcomes().toSorted()).toEqual(['failed', ...Array(4).fill('imported')]);
    expect(world.reasons().join('')).toMatch(/malformed.*400 ErrorInvalidRecipients/);
    expect(world.messages()).toHaveLength(4);
  });

  it('is tried three times where its fault is not known, and then fails', async () => {
    world.graph.faults.add({
      ...{ kind: 'refused', routes: creates, status: 418, code: 'ErrorOfTomorrow' },
    });
    await world.place({ texts: ['One'] });

    await world.drain();

    expect(world.outcomes()).toEqual(['failed']);
    expect(world.reasons()[0]).toContain('418 ErrorOfTomorrow');
    expect(world.graph.requests.routes.createMessage).toBe(3);
  });

  it('can be tried again by another order', async () => {
    world.graph.faults.add({
      ...{ kind: 'refused', routes: creates, count: 1, status: 400 },
      code: 'ErrorInvalidRecipients',
    });
    await world.place({ texts: ['One'] });
    await world.drain();
    await world.place({ texts: ['One'], runId: '20261121T120000Z-0002' });

    await world.drain();

    expect(world.outcomes()).toEqual(['failed', 'imported']);
  });
});

describe('a mailbox that takes nothing', () => {
  it('fails all of its copies when it is full', async () => {
    world.graph.faults.add({ kind: 'quotaExceeded', routes: creates });
    await world.place({ texts });

    expect(await world.drain()).toEqual([{ kind: 'drained' }]);

    expect(world.outcomes()).toEqual(texts.map(() => 'failed'));
    expect(world.reasons()[0]).toMatch(/^The mailbox is full\. Make room/);
    expect(world.graph.requests.routes.createMessage).toBeLessThanOrEqual(4);
  });

  it('fails all of its copies when it is gone', async () => {
    world.graph.faults.add({ kind: 'noMailbox' });
    await world.place({ texts });

    await world.drain();

    expect(world.outcomes()).toEqual(texts.map(() => 'failed'));
    expect(world.reasons()[0]).toMatch(/^There is no such mailbox/);
  });
});

describe('a token that ends on its way', () => {
  it('is no reason to stop the mailbox', async () => {
    const routes = ['createMessage' as const];
    world.graph.faults.add({ kind: 'unauthorized', routes, after: 1, count: 1 });
    await world.place({ texts });

    const results = await world.drain();

    expect(results).toEqual([{ kind: 'drained' }]);
    expect(world.graph.faults.struck.unauthorized).toBe(1);
    expect(world.stops).toEqual([]);
    expectOneOfEach();
  });
});

describe('what an administrator has to mend', () => {
  for (const kind of ['unauthorized', 'accessDenied', 'authorizationDenied'] as const) {
    it(`stops the mailbox, is reported, and loses nothing (${kind})`, async () => {
      const lift = world.graph.faults.add({ kind });
      await world.place({ texts });

      const result = await world.importer().drain(world.mailbox, 0);

      expect(result).toMatchObject({ kind: 'later' });
      expect(world.stops).toEqual([
        expect.stringMatching(kind === 'unauthorized' ? /sign-in/ : /admin consent/),
      ]);
      expect(await world.orders()).toHaveLength(1);
      expect(world.done).toEqual([]);

      lift();
      world.clock.skip(60 * 60_000);
      await world.drain();
      expectOneOfEach();
    });
  }
});

describe('the folder', () => {
  it('is made anew when its owner deleted it', async () => {
    await world.place({ texts: ['One'] });
    await world.drain();
    world.graph.owner(world.mailbox).deleteFolder('Inbox/Webex Teams');
    world.clock.skip(10_000);
    await world.place({ texts: ['Two'], page: 1 });

    await world.drain();

    expect(world.outcomes()).toEqual(['imported', 'imported']);
    const two = world.messages().find(({ body }) => body.content.includes('Two'));
    expect(two?.folder).toBe('Inbox/Webex Teams');
  });

  it('is the one under the Inbox, not one that was moved away', async () => {
    await world.place({ texts: ['One'] });
    await world.drain();
    world.graph.owner(world.mailbox).moveFolder('Inbox/Webex Teams', 'Deleted Items');
    await world.place({ texts: ['Two'], runId: '20261121T120000Z-0002' });

    await world.drain();

    const two = world.messages().find(({ body }) => body.content.includes('Two'));
    expect(two?.folder).toBe('Inbox/Webex Teams');
  });
});

describe('what people did with their messages', () => {
  it('stays so: moved or deleted messages are not imported again', async () => {
    await world.place({ texts: ['One', 'Two'] });
    await world.drain();
    const [first, second] = world.messages();
    const owner = world.graph.owner(world.mailbox);
    owner.moveMessage(first?.id ?? '', 'Archive');
    owner.deleteMessage(second?.id ?? '');
    await world.place({ texts: ['One', 'Two'], runId: '20261121T120000Z-0002' });

    await world.drain();

    expect(world.outcomes()).toEqual(['imported', 'imported', 'skipped', 'skipped']);
    expect(world.graph.requests.routes.createMessage).toBe(2);
  });
});
