import { describe, expect, it } from 'vitest';
import { outlookLimits } from '../../../../shared/mailbox/pacer.ts';
import { importStage } from './importStage.ts';
import { createWorld, patienceMs } from './importWorld.ts';

const stage = importStage();

const texts = ['One', 'Two', 'Three', 'Four', 'Five'];
const creates = ['createMessage'];

function expectOneOfEach(what = texts) {
  expect(stage.world.messages()).toHaveLength(what.length);
  expect(new Set(stage.world.messages().map(({ body }) => body.content)).size).toBe(
    what.length,
  );
  expect(stage.world.messages().every(({ isDraft }) => !isDraft)).toBe(true);
  expect(stage.world.outcomes()).toEqual(what.map(() => 'imported'));
}

describe('a mailbox that is throttled', () => {
  it('is left alone for as long as the server says, and then goes on', async () => {
    stage.world.graph.faults.add({
      ...{ kind: 'throttled', routes: creates, count: 1, after: 2 },
      retryAfterSeconds: 120,
    });
    await stage.world.place({ texts });

    const [first, ...rest] = await stage.world.drain();

    expect(first).toMatchObject({ kind: 'later' });
    expect(first?.kind === 'later' && first.after).toBeGreaterThan(110_000);
    expect(rest).toEqual([{ kind: 'drained' }]);
    expectOneOfEach();
  });

  it('stays alone whoever comes meanwhile', async () => {
    stage.world.graph.faults.add({
      ...{ kind: 'throttled', routes: creates, count: 1, retryAfterSeconds: 600 },
    });
    await stage.world.place({ texts });
    const turn = await stage.world.importer().drain(stage.world.mailbox, 0);
    const requests = stage.world.graph.requests.total;
    await stage.world.place({ texts: ['Six'], page: 1 });

    expect(turn.kind).toBe('later');
    for (const attempt of [0, 1]) {
      const other = stage.world.importer('host-2');
      expect(await other.drain(stage.world.mailbox, attempt)).toEqual({ kind: 'busy' });
    }
    expect(stage.world.graph.requests.total).toBe(requests);

    stage.world.clock.skip(600_000);
    await stage.world.drain();
    expectOneOfEach([...texts, 'Six']);
  });

  it('is waited for within the turn where that is short', async () => {
    stage.world.graph.faults.add({ kind: 'throttled', routes: creates, count: 3 });
    await stage.world.place({ texts });

    expect(await stage.world.drain()).toEqual([{ kind: 'drained' }]);
    expectOneOfEach();
  });

  it('is left alone for a while if the server does not say how long', async () => {
    stage.world.graph.faults.add({
      ...{ kind: 'throttled', count: 12, retryAfterSeconds: null },
    });
    await stage.world.place({ texts });

    await stage.world.drain();

    expectOneOfEach();
  });

  it('is kept under its limits without being told', async () => {
    const scaled = { requests: 20, requestWindowSeconds: 60 };
    const own = await createWorld(stage.storage, { limits: scaled });
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
      stage.world.graph.faults.add({ kind, routes: creates, count: 2, delayMs });
      await stage.world.place({ texts });

      const results = await stage.world.drain();

      const waits = results.map((result) => (result.kind === 'later' ? result.after : 0));
      expect(Math.max(...waits)).toBeGreaterThan(patienceMs * 0.9);
      expect(results.at(-1)).toEqual({ kind: 'drained' });
      expectOneOfEach();
      const ids = stage.world.done[0]?.results.map(({ messageId }) => messageId);
      expect(ids?.toSorted()).toEqual(
        stage.world
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
      stage.world.graph.faults.add({ kind, routes: creates, count: 2 });
      await stage.world.place({ texts });

      await stage.world.drain();

      expectOneOfEach();
    });
  }

  it('is found where its reader moved it', async () => {
    stage.world.graph.faults.add({ kind: 'resetAfterCommit', routes: creates, count: 1 });
    await stage.world.place({ texts: ['One'] });
    await stage.world.importer().drain(stage.world.mailbox, 0);
    const [message] = stage.world.messages();
    stage.world.graph.owner(stage.world.mailbox).moveMessage(message?.id ?? '', 'Inbox');
    stage.world.clock.skip(patienceMs);

    await stage.world.drain();

    expectOneOfEach(['One']);
  });

  it('keeps its time limit against a server that does not answer', async () => {
    stage.world.graph.faults.add({
      ...{ kind: 'slowAnswer', routes: creates, count: 1, delayMs: 60_000 },
    });
    await stage.world.place({ texts: ['One'] });
    const hasty = stage.world.client({ limitMs: 300 });

    await stage.world.drain(stage.world.importer('host-1', { graph: hasty }));

    expectOneOfEach(['One']);
  });
});

describe('an outage of Graph', () => {
  it('of three hours loses nothing and poisons nothing', async () => {
    await stage.world.place({ texts });
    const lift = stage.world.graph.faults.add({ kind: 'internalError' });
    const importer = stage.world.importer();
    const end = stage.world.clock.now().getTime() + 3 * 60 * 60_000;
    let turns = 0;
    for (; stage.world.clock.now().getTime() < end; turns++) {
      const result = await importer.drain(stage.world.mailbox, turns);
      expect(result.kind).toBe('later');
      stage.world.clock.skip(result.kind === 'later' ? result.after : 0);
    }
    lift();

    await stage.world.drain(importer);

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
      stage.world.graph.faults.add({ kind, rate: 0.05, delayMs: 60_000 });
    }
    stage.world.graph.faults.add({ kind: 'indexLag', rate: 0.2, delayMs: 60_000 });
    const all = Array.from({ length: 150 }, (_, i) => `Item ${i}`);
    await stage.world.place({ texts: all });

    const results = await stage.world.drain(stage.world.importer(), 200);

    expect(results.at(-1)).toEqual({ kind: 'drained' });
    expectOneOfEach(all);
    // The clock jumps over every wait, also while other requests are on the wire: to the
    // service they seem to have been sent after the answer that asked to wait.
    const early = /before the end of a Retry-After/;
    const others = stage.world.graph.violations.filter(
      (violation) => !early.test(violation),
    );
    stage.world.graph.violations.splice(0, Number.POSITIVE_INFINITY, ...others);
  }, 60_000);
});

describe('one bad item', () => {
  it('fails alone, with a sentence', async () => {
    stage.world.graph.faults.add({
      ...{ kind: 'refused', routes: creates, count: 1, after: 1 },
      ...{ status: 400, code: 'ErrorInvalidRecipients' },
    });
    await stage.world.place({ texts });

    await stage.world.drain();

    expect(stage.world.outcomes().toSorted()).toEqual([
      'failed',
      ...Array(4).fill('imported'),
    ]);
    expect(stage.world.reasons().join('')).toMatch(
      /malformed.*400 ErrorInvalidRecipients/,
    );
    expect(stage.world.messages()).toHaveLength(4);
  });

  it('is tried three times where its fault is not known, and then fails', async () => {
    stage.world.graph.faults.add({
      ...{ kind: 'refused', routes: creates, status: 418, code: 'ErrorOfTomorrow' },
    });
    await stage.world.place({ texts: ['One'] });

    await stage.world.drain();

    expect(stage.world.outcomes()).toEqual(['failed']);
    expect(stage.world.reasons()[0]).toContain('418 ErrorOfTomorrow');
    expect(stage.world.graph.requests.routes.createMessage).toBe(3);
  });

  it('can be tried again by another order', async () => {
    stage.world.graph.faults.add({
      ...{ kind: 'refused', routes: creates, count: 1, status: 400 },
      code: 'ErrorInvalidRecipients',
    });
    await stage.world.place({ texts: ['One'] });
    await stage.world.drain();
    await stage.world.place({ texts: ['One'], runId: '20261121T120000Z-0002' });

    await stage.world.drain();

    expect(stage.world.outcomes()).toEqual(['failed', 'imported']);
  });
});

describe('a mailbox that takes nothing', () => {
  it('fails all of its copies when it is full', async () => {
    stage.world.graph.faults.add({ kind: 'quotaExceeded', routes: creates });
    await stage.world.place({ texts });

    expect(await stage.world.drain()).toEqual([{ kind: 'drained' }]);

    expect(stage.world.outcomes()).toEqual(texts.map(() => 'failed'));
    expect(stage.world.reasons()[0]).toMatch(/^The mailbox is full\. Make room/);
    expect(stage.world.graph.requests.routes.createMessage).toBeLessThanOrEqual(4);
  });

  it('fails all of its copies when it is gone', async () => {
    stage.world.graph.faults.add({ kind: 'noMailbox' });
    await stage.world.place({ texts });

    await stage.world.drain();

    expect(stage.world.outcomes()).toEqual(texts.map(() => 'failed'));
    expect(stage.world.reasons()[0]).toMatch(/^There is no such mailbox/);
  });
});

describe('a token that ends on its way', () => {
  it('is no reason to stop the mailbox', async () => {
    const routes = ['createMessage' as const];
    stage.world.graph.faults.add({ kind: 'unauthorized', routes, after: 1, count: 1 });
    await stage.world.place({ texts });

    const results = await stage.world.drain();

    expect(results).toEqual([{ kind: 'drained' }]);
    expect(stage.world.graph.faults.struck.unauthorized).toBe(1);
    expect(stage.world.stops).toEqual([]);
    expectOneOfEach();
  });
});

describe('what an administrator has to mend', () => {
  for (const kind of ['unauthorized', 'accessDenied', 'authorizationDenied'] as const) {
    it(`stops the mailbox, is reported, and loses nothing (${kind})`, async () => {
      const lift = stage.world.graph.faults.add({ kind });
      await stage.world.place({ texts });

      const result = await stage.world.importer().drain(stage.world.mailbox, 0);

      expect(result).toMatchObject({ kind: 'later' });
      expect(stage.world.stops).toEqual([
        expect.stringMatching(kind === 'unauthorized' ? /sign-in/ : /admin consent/),
      ]);
      expect(await stage.world.orders()).toHaveLength(1);
      expect(stage.world.done).toEqual([]);

      lift();
      stage.world.clock.skip(60 * 60_000);
      await stage.world.drain();
      expectOneOfEach();
    });
  }
});

describe('the folder', () => {
  it('is made anew when its owner deleted it', async () => {
    await stage.world.place({ texts: ['One'] });
    await stage.world.drain();
    stage.world.graph.owner(stage.world.mailbox).deleteFolder('Inbox/Webex Teams');
    stage.world.clock.skip(10_000);
    await stage.world.place({ texts: ['Two'], page: 1 });

    await stage.world.drain();

    expect(stage.world.outcomes()).toEqual(['imported', 'imported']);
    const two = stage.world.messages().find(({ body }) => body.content.includes('Two'));
    expect(two?.folder).toBe('Inbox/Webex Teams');
  });

  it('is the one under the Inbox, not one that was moved away', async () => {
    await stage.world.place({ texts: ['One'] });
    await stage.world.drain();
    stage.world.graph
      .owner(stage.world.mailbox)
      .moveFolder('Inbox/Webex Teams', 'Deleted Items');
    await stage.world.place({ texts: ['Two'], runId: '20261121T120000Z-0002' });

    await stage.world.drain();

    const two = stage.world.messages().find(({ body }) => body.content.includes('Two'));
    expect(two?.folder).toBe('Inbox/Webex Teams');
  });
});

describe('what people did with their messages', () => {
  it('stays so: moved or deleted messages are not imported again', async () => {
    await stage.world.place({ texts: ['One', 'Two'] });
    await stage.world.drain();
    const [first, second] = stage.world.messages();
    const owner = stage.world.graph.owner(stage.world.mailbox);
    owner.moveMessage(first?.id ?? '', 'Archive');
    owner.deleteMessage(second?.id ?? '');
    await stage.world.place({ texts: ['One', 'Two'], runId: '20261121T120000Z-0002' });

    await stage.world.drain();

    expect(stage.world.outcomes()).toEqual([
      'imported',
      'imported',
      'skipped',
      'skipped',
    ]);
    expect(stage.world.graph.requests.routes.createMessage).toBe(2);
  });
});
