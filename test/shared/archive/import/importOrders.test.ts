import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { keyProperty } from '../../../../shared/mailbox/message.ts';
import { importStage } from './importStage.ts';
import { folder } from './importWorld.ts';

const stage = importStage();

const many = (count: number, what = 'Message') =>
  Array.from({ length: count }, (_, i) => `${what} ${i}`);

describe('an order', () => {
  it('becomes messages that are no drafts, read, with their own date, sender and key', async () => {
    const order = await stage.world.place({ texts: ['Hello <b>you</b>'] });

    expect(await stage.world.drain()).toEqual([{ kind: 'drained' }]);

    expect(stage.world.messages()).toHaveLength(1);
    expect(stage.world.messages()[0]).toMatchObject({
      ...{ folder: `Inbox/${folder}`, isDraft: false, isRead: true },
      ...{ subject: 'Project X', from: 'bob@contoso.com', fromName: 'Bob' },
      categories: [folder],
      sentAt: new Date('2026-11-19T09:30:00Z'),
      receivedAt: new Date('2026-11-19T09:30:00Z'),
      properties: { [keyProperty]: order.entries[0]?.key },
    });
    expect(stage.world.done).toMatchObject([
      {
        order: { connector: 'webex' },
        results: [{ outcome: 'imported', messageId: stage.world.messages()[0]?.id }],
      },
    ]);
    expect(await stage.world.orders()).toEqual([]);
  });

  it('costs about one request and under three storage calls an email', async () => {
    await stage.world.place({ texts: many(100) });
    let storageCalls = 0;
    // The storage's SDK goes through node:http, Graph's client through fetch.
    const count = () => void storageCalls++;
    subscribe('http.client.request.start', count);

    await stage.world.drain();

    unsubscribe('http.client.request.start', count);
    expect(storageCalls).toBeGreaterThan(100);
    expect(storageCalls).toBeLessThanOrEqual(300);

    expect(stage.world.outcomes()).toEqual(Array(100).fill('imported'));
    expect(stage.world.graph.requests.total).toBeLessThanOrEqual(105);
  });

  it('skips what another order brought, and reports its own again', async () => {
    await stage.world.place({ texts: ['One', 'Two'] });
    await stage.world.drain();
    await stage.world.place({ texts: ['One', 'Two'] });
    await stage.world.place({ texts: ['Two', 'Three'], runId: '20261121T120000Z-0002' });

    await stage.world.drain();

    expect(stage.world.outcomes()).toEqual([
      ...['imported', 'imported', 'imported', 'imported'],
      ...['skipped', 'imported'],
    ]);
    expect(stage.world.messages()).toHaveLength(3);
  });
});
