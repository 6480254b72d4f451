import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
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
afterEach(async () => {
  expect(world.graph.violations).toEqual([]);
  await world.close();
});

const file = (name: string, bytes: number) => ({
  ...{ name, content: Buffer.alloc(bytes, name) },
});

it('two files of the size of the limit end in turns, without a single 429', async () => {
  const minutes = (count: number, n: number) => ({ count, windowMs: n * 60_000 });
  world = await createWorld(started.storage, {
    limits: { smallestSessionBytes: 100_000, uploadBytes: 3_000_000 },
  });
  await world.place({ files: [file('one.bin', 3_000_000)] });
  await world.place({ files: [file('two.bin', 3_000_000)], texts: ['Two'], page: 1 });
  const importer = world.importer('host-1', {
    ...{ maxBytes: 20_000, uploadSizes: { sessionFrom: 100_000, chunk: 80_000 } },
    limits: { requests: minutes(10_000, 10), bytes: minutes(3_000_000, 5) },
  });
  const from = world.clock.now().getTime();

  const results = await world.drain(importer, 50);

  expect(results.at(-1)).toEqual({ kind: 'drained' });
  expect(world.messages()).toHaveLength(2);
  for (const message of world.messages()) {
    expect(message.folder).toBe(`Inbox/${folder}`);
    expect(message.attachments).toMatchObject([{ size: 3_000_000 }]);
  }
  expect(world.graph.faults.struck).toEqual({});
  expect(world.graph.requests.statuses[429]).toBeUndefined();
  const mins = (world.clock.now().getTime() - from) / 60_000;
  expect(mins).toBeLessThan(11);
});

it('a file of 60 MB goes up with a few megabytes of memory', async () => {
  world = await createWorld(started.storage);
  const bytes = 60_000_000;
  await world.place({ files: [file('film.mp4', bytes)] });
  const used = () => {
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    return arrayBuffers + heapUsed;
  };
  let most = 0;
  const graph = world.client({
    fetch(input, init) {
      most = Math.max(most, used());
      return fetch(input, init);
    },
  });
  const before = used();

  await world.drain(world.importer('host-1', { graph }));

  expect(world.messages()).toMatchObject([{ attachments: [{ size: bytes }] }]);
  expect(world.graph.requests.routes.uploadRange).toBe(Math.ceil(bytes / 3_932_160));
  expect(most - before).toBeLessThan(100_000_000);
}, 60_000);
