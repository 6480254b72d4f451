import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createWorld, type Started, startWorld, type World } from './importWorld.ts';

let started: Started;
let world: World;
beforeAll(async () => {
  started = await startWorld();
});
afterEach(() => world.close());
afterAll(() => started.close());

it('waits seconds, not minutes, for a folder that was not made at the first try', async () => {
  world = await createWorld(started.storage);
  const { graph, clock } = world;
  graph.faults.add({ kind: 'resetBeforeCommit', routes: ['createFolder'], count: 1 });
  await world.place({ texts: Array.from({ length: 20 }, (_, n) => `Text ${n}`) });
  const before = clock.now().getTime();
  await world.drain();
  expect(world.messages()).toHaveLength(20);
  expect(clock.now().getTime() - before).toBeLessThan(10_000);
});
