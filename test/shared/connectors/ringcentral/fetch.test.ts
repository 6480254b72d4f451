import { describe, expect, it } from 'vitest';
import { change, post, remove } from '../../../../local/ringcentral/world.ts';
import { itemSaying, minutesAgo, now, openBench, stage } from './harness.ts';

describe('a window', () => {
  it('becomes an email for each post', async () => {
    const { world, a, b, chat } = stage();
    const first = post(world, chat, a, { at: minutesAgo(60), text: 'Hello' });
    post(world, chat, b, { at: minutesAgo(50), text: 'Hi', inReplyTo: first });
    await using bench = await openBench({ world });
    const { items, failed } = await bench.run();
    expect(failed).toBeUndefined();
    const [hello, hi] = [itemSaying(items, 'Hello'), itemSaying(items, 'Hi')];
    expect(hello).toMatchObject({
      ...{ event: 'created', at: minutesAgo(60), itemId: String(first.json.id) },
      ...{ author: { name: 'Ann', address: 'ann@example.com' } },
      conversation: { id: chat.id, name: 'Plans' },
    });
    expect(hi.parentKey).toBe(hello.key);
    expect(bench.simulated.violations).toEqual([]);
    expect(bench.simulated.tasksMade()).toBe(1);
    expect(bench.files.contents.size).toBe(0);
  });
});
