import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { orderSchema } from '../../../../shared/archive/state/order.ts';
import { containers } from '../../../../shared/names.ts';
import { importStage } from './importStage.ts';

const stage = importStage();

describe('an order that can not be used', () => {
  for (const [what, change] of [
    ['that is no JSON', () => 'not { json'],
    ['that is no order', () => ({ connector: 'webex' })],
    ['for another mailbox', (order: object) => ({ ...order, mailboxId: 'bob' })],
  ] as const) {
    it(`is recorded with a sentence, and the others go on (${what})`, async () => {
      await stage.world.place({ change });
      await stage.world.place({ texts: ['Two'], page: 1 });

      expect(await stage.world.drain()).toEqual([{ kind: 'drained' }]);

      expect(stage.world.broken).toEqual([
        {
          path: `${stage.world.mailbox}/webex-20261120T120000Z-0001-0`,
          sentence: expect.stringMatching(/^An import order can not be used because/),
        },
      ]);
      expect(stage.world.outcomes()).toEqual(['imported']);
      expect(await stage.world.orders()).toEqual([]);
    });
  }
});

describe('an entry whose email is not what it should be', () => {
  const changes: Record<string, [object, RegExp]> = {
    'the email is gone': [{ emailPath: 'webex/no/such.eml' }, /is not there/],
    'the path leads elsewhere': [{ emailPath: '../state/locks/x' }, /its path/],
    'the content was changed': [{ sha256: '0'.repeat(64) }, /SHA-256 is another/],
    'it is the email of another item': [{ key: 'f'.repeat(64) }, /another item/],
    'the key is hostile': [{ key: "a/b\\c#d?e'--" }, /another item/],
  };
  for (const [what, [change, reason]] of Object.entries(changes)) {
    it(`fails with a sentence, and the others go on: ${what}`, async () => {
      await stage.world.place({
        texts: ['One', 'Two', 'Three'],
        change: (order) => ({
          ...order,
          entries: order.entries.map((entry, i) =>
            i === 1 ? { ...entry, ...change } : entry,
          ),
        }),
      });

      await stage.world.drain();

      expect(stage.world.outcomes()).toEqual(['imported', 'failed', 'imported']);
      expect(stage.world.reasons()[1]).toMatch(reason);
      expect(stage.world.messages()).toHaveLength(2);
    });
  }

  it('fails where the email is none', async () => {
    const order = await stage.world.place({ texts: ['One'] });
    const [entry] = order.entries;
    const content = 'This is no email';
    const emails = stage.storage.container(containers.emails);
    await emails
      .getBlockBlobClient('webex/odd.eml')
      .upload(content, Buffer.byteLength(content));
    const sha256 = createHash('sha256').update(content).digest('hex');
    await stage.world.place({
      page: 1,
      change: () => ({
        ...order,
        page: 1,
        entries: [{ ...entry, key: 'odd', emailPath: 'webex/odd.eml', sha256 }],
      }),
    });

    await stage.world.drain();

    expect(stage.world.outcomes().toSorted()).toEqual(['failed', 'imported']);
    expect(stage.world.reasons().join('')).toMatch(/can't be read/);
  });

  it('counts once where an order names it twice', async () => {
    await stage.world.place({
      texts: ['One'],
      change: (order) => ({ ...order, entries: [...order.entries, ...order.entries] }),
    });

    await stage.world.drain();

    expect(stage.world.outcomes()).toEqual(['imported', 'skipped']);
    expect(stage.world.messages()).toHaveLength(1);
  });
});

describe('files', () => {
  const small = { name: 'small.txt', content: Buffer.from('small') };
  const large = { name: 'large <b>.bin', content: Buffer.alloc(5_000_000, 1) };

  it('that do not fit into the request are uploaded', async () => {
    await stage.world.place({ files: [small, large] });

    await stage.world.drain();

    const [message] = stage.world.messages();
    const sha256 = createHash('sha256').update(large.content).digest('hex');
    expect(message?.attachments).toMatchObject([
      { name: 'small.txt', size: 5 },
      { size: 5_000_000, sha256 },
    ]);
    expect(stage.world.messages()).toHaveLength(1);
    expect(message).toMatchObject({ folder: 'Inbox/Webex Teams', isDraft: false });
    expect(stage.world.outcomes()).toEqual(['imported']);
  });

  it('go up on their own where the request is refused as too large', async () => {
    stage.world.graph.faults.add({
      ...{ kind: 'refused', routes: ['createMessage'], count: 1 },
      ...{ status: 413, code: 'RequestEntityTooLarge' },
    });
    await stage.world.place({ files: [small] });

    await stage.world.drain();

    expect(stage.world.messages()[0]?.attachments).toMatchObject([{ name: 'small.txt' }]);
    expect(stage.world.outcomes()).toEqual(['imported']);
  });

  it('that the source did not give make a partial copy', async () => {
    const reason = 'A file was locked.';
    await stage.world.place({
      change: (order) => ({
        ...order,
        entries: order.entries.map((entry) => ({ ...entry, partial: reason })),
      }),
    });

    await stage.world.drain();

    expect(stage.world.outcomes()).toEqual(['partial']);
    expect(stage.world.reasons()).toEqual([reason]);
  });
});

describe('a message that the service saved as a draft', () => {
  /** The recipe is ignored, as a service might do one day. */
  const drafting =
    (times: number): typeof fetch =>
    async (input, init) => {
      const body = String(init?.body ?? '');
      const spoilt = init?.method === 'POST' && body.includes('0x0E07') && times-- > 0;
      return fetch(input, {
        ...init,
        ...(spoilt && { body: body.replace('"Integer 0x0E07"', '"Integer 0x0E17"') }),
      });
    };

  it('is removed, and made again', async () => {
    await stage.world.place();
    const graph = stage.world.client({ fetch: drafting(1) });

    await stage.world.drain(stage.world.importer('host-1', { graph }));

    const left = stage.world
      .messages()
      .filter(({ folder }) => folder.startsWith('Inbox'));
    expect(left).toMatchObject([{ isDraft: false }]);
    expect(stage.world.outcomes()).toEqual(['imported']);
  });

  it('stops the mailbox where that does not help', async () => {
    await stage.world.place();
    const graph = stage.world.client({ fetch: drafting(100) });

    const result = await stage.world
      .importer('host-1', { graph })
      .drain(stage.world.mailbox, 0);

    expect(result.kind).toBe('later');
    expect(stage.world.stops).toEqual([
      expect.stringContaining('saved a message as a draft'),
    ]);
    expect(stage.world.done).toEqual([]);
    expect(
      stage.world.messages().every(({ folder }) => !folder.startsWith('Inbox')),
    ).toBe(true);
  });
});

describe('the end of an order', () => {
  it('is recorded before the order is deleted, and again if that failed', async () => {
    await stage.world.place();
    let calls = 0;
    const importer = stage.world.importer('host-1', {
      async onOrderDone(order, results) {
        expect(await stage.world.orders()).toHaveLength(1);
        if (++calls === 1) throw new Error('The table is away.');
        stage.world.done.push({ order: orderSchema.parse(order), results });
      },
    });

    const results = await stage.world.drain(importer);

    expect(results.map(({ kind }) => kind)).toEqual(['later', 'drained']);
    expect(stage.world.outcomes()).toEqual(['imported']);
    expect(stage.world.graph.requests.routes.createMessage).toBe(1);
  });

  it('leaves a turn in time, and the rest to the next one', async () => {
    await stage.world.place({ texts: Array.from({ length: 90 }, (_, i) => `Item ${i}`) });
    const slow: typeof fetch = (input, init) => {
      stage.world.clock.skip(1_000);
      return fetch(input, init);
    };
    const graph = stage.world.client({ fetch: slow });

    const results = await stage.world.drain(
      stage.world.importer('host-1', { graph, turnMs: 30_000 }),
    );

    expect(results.length).toBeGreaterThan(2);
    expect(results[0]).toMatchObject({ kind: 'later', after: 0 });
    expect(stage.world.outcomes()).toEqual(Array(90).fill('imported'));
    expect(stage.world.messages()).toHaveLength(90);
  });
});
