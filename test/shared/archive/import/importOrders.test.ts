import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keyProperty } from '../../../../shared/mailbox/message.ts';
import {
  createWorld,
  folder,
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

const many = (count: number, what = 'Message') =>
  Array.from({ length: count }, (_, i) => `${what} ${i}`);

describe('an order', () => {
  it('becomes messages that are no drafts, read, with their own date, sender and key', async () => {
    const order = await world.place({ texts: ['Hello <b>you</b>'] });

    expect(await world.drain()).toEqual([{ kind: 'drained' }]);

    expect(world.messages()).toHaveLength(1);
    expect(world.messages()[0]).toMatchObject({
      ...{ folder: `Inbox/${folder}`, isDraft: false, isRead: true },
      ...{ subject: 'Project X', from: 'bob@contoso.com', fromName: 'Bob' },
      categories: [folder],
      sentAt: new Date('2026-11-19T09:30:00Z'),
      receivedAt: new Date('2026-11-19T09:30:00Z'),
      properties: { [keyProperty]: order.entries[0]?.key },
    });
    expect(world.done).toMatchObject([
      {
        order: { connector: 'webex' },
        results: [{ outcome: 'imported', messageId: world.messages()[0]?.id }],
      },
    ]);
    expect(await world.orders()).toEqual([]);
  });

  it('costs about one request and under three storage calls an email', async () => {
    await world.place({ texts: many(100) });
    let storageCalls = 0;
    // The storage's SDK goes through node:http, Graph's client through fetch.
    const count = () => void storageCalls++;
    subscribe('http.client.request.start', count);

    await world.drain();

    unsubscribe('http.client.request.start', count);
    expect(storageCalls).toBeGreaterThan(100);
    expect(storageCalls).toBeLessThanOrEqual(300);

    expect(world.outcomes()).toEqual(Array(100).fill('imported'));
    expect(world.graph.requests.total).toBeLessThanOrEqual(105);
  });

  it('skips what another order brought, and reports its own again', async () => {
    await world.place({ texts: ['One', 'Two'] });
    await world.drain();
    await world.place({ texts: ['One', 'Two'] });
    await world.place({ texts: ['Two', 'Three'], runId: '20261121T120000Z-0002' });

    await world.drain();

    expect(world.outcomes()).toEqual([
      ...['imported', 'imported', 'imported', 'imported'],
      ...['skipped', 'imported'],
    ]);
    expect(world.messages()).toHaveLength(3);
  });
});
