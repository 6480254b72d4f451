import { expect, it } from 'vitest';
import { importStage } from './importStage.ts';

const stage = importStage();

it('waits seconds, not minutes, for a folder that was not made at the first try', async () => {
  const { graph, clock } = stage.world;
  graph.faults.add({ kind: 'resetBeforeCommit', routes: ['createFolder'], count: 1 });
  await stage.world.place({ texts: Array.from({ length: 20 }, (_, n) => `Text ${n}`) });
  const before = clock.now().getTime();
  await stage.world.drain();
  expect(stage.world.messages()).toHaveLength(20);
  expect(clock.now().getTime() - before).toBeLessThan(10_000);
});
