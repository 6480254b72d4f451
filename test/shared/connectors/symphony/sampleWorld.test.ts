import { expect, it } from 'vitest';
import { sampleWorld } from '../../../../local/symphony/sampleWorld.ts';
import { addressesOf, itemSaying, now, openBench } from './harness.ts';

it('archives the sample data, each message once, and the rest when it can be had', async () => {
  const world = sampleWorld({ now });
  await using bench = await openBench({ world });
  const first = await bench.run();
  expect(first).toMatchObject({ failed: undefined, rejects: [] });
  // One waits for its keys, and another for its file.
  expect(first.items).toHaveLength(world.messages.length - 1);
  expect(bench.pipeline.gaps.size).toBe(2);
  for (const message of world.messages) {
    for (const file of message.files) if (file.state === 'locked') file.state = 'ready';
  }
  const second = await bench.nextDay();
  expect(second.items.map(({ event }) => event).sort()).toEqual([
    'created',
    'supplemented',
  ]);
  expect(bench.pipeline.gaps.size).toBe(0);
  expect(bench.simulated.violations).toEqual([]);
  expect(bench.simulated.mostInFlight()).toBeLessThanOrEqual(8);
  const events = new Set([...first.items, ...second.items].map(({ event }) => event));
  expect(events).toEqual(new Set(['created', 'edited', 'deleted', 'supplemented']));
});

it('shows nothing of the desk to who joined it later', async () => {
  await using bench = await openBench({ world: sampleWorld({ now }) });
  const { items } = await bench.run();
  const zoe = 'zoe@example.com';
  expect(addressesOf(itemSaying(items, 'The plan.'))).not.toContain(zoe);
  expect(addressesOf(itemSaying(items, 'Order 20: filled.'))).toContain(zoe);
});
