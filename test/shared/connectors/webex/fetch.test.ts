import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../../local/webex/faults.ts';
import { sampleWorld } from '../../../../local/webex/sampleWorld.ts';
import {
  addPerson,
  addRoom,
  createWorld,
  edit,
  post,
} from '../../../../local/webex/world.ts';
import { createFakeClock } from '../fakes.ts';
import { itemSaying, lastDay, minutesAgo, now, openBench } from './harness.ts';

/** So many messages of one room, a minute apart. */
function busyWorld(messages: number, people = 2) {
  const world = createWorld({ seed: 'busy' });
  const cast = Array.from({ length: people }, (_, index) =>
    addPerson(world, { name: `Person ${index}`, address: `p${index}@example.com` }),
  );
  const [creator, ...members] = cast;
  if (!creator) throw new Error('Nobody is there.');
  const room = addRoom(world, { title: 'Busy', creator, members });
  for (let index = 0; index < messages; index++) {
    post(world, room, cast[index % cast.length] ?? creator, {
      at: minutesAgo(messages - index),
      text: `Message ${index}`,
    });
  }
  return world;
}

const textsOf = (items: { text: string }[]) => items.map(({ text }) => text).sort();

describe('a run over the sample world', () => {
  it('archives everything once, and breaks none of the rules of Webex', async () => {
    await using bench = await openBench({ world: sampleWorld({ now }) });
    const first = await bench.run();
    expect(first.failed).toBeUndefined();
    expect(first.rejects).toEqual([]);
    expect(first.items.length).toBeGreaterThan(55);
    const keys = first.records.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(bench.simulated.violations).toEqual([]);
    expect(bench.simulated.mostInFlight()).toBeLessThanOrEqual(8);

    bench.clock.advance(600_000);
    const second = await bench.run();
    expect(second.items.map(({ event }) => event)).toEqual(['supplemented']);
    expect((await bench.run()).items).toEqual([]);
  });

  it('gives the same items whatever the size of a page', async () => {
    await using large = await openBench({ world: sampleWorld({ now }) });
    await using small = await openBench({ world: sampleWorld({ now }) });
    const [whole, parts] = [await large.run(), await small.run({ limits: { items: 3 } })];
    expect(Math.max(...parts.pages.map(({ records }) => records.length))).toBe(3);
    const plain = (items: typeof whole.items) =>
      items
        .map(({ files: _, ...item }) => item)
        .sort((a, b) => a.key.localeCompare(b.key));
    expect(plain(parts.items)).toEqual(plain(whole.items));
  });

  it.each([
    ['pages that are empty', { emptyPages: true }],
    ['ids in other spellings', { idVariants: true }],
    ['bounds that belong to the window', { inclusiveBounds: true }],
    ['next links that are broken', { brokenNextLinks: true }],
    ['fields that nobody knows', { unknownFields: true }],
  ])('stands %s', async (_, quirks) => {
    await using plain = await openBench({ world: sampleWorld({ now }) });
    await using odd = await openBench({ world: sampleWorld({ now }), quirks });
    const expected = (await plain.run()).records.map(({ key }) => key).sort();
    const { records } = await odd.run();
    expect(records.map(({ key }) => key).sort()).toEqual(expected);
    expect(odd.simulated.violations).toEqual([]);
  });

  it('stands a Webex that limits, breaks off, stalls and refuses', async () => {
    await using calm = await openBench({ world: sampleWorld({ now }) });
    const rules = [
      { fault: { kind: 'throttled' as const, retryAfter: 2 }, times: 20, chance: 0.1 },
      {
        fault: { kind: 'throttled' as const, retryAfter: 'rand(30)' },
        times: 3,
        after: 30,
      },
      {
        fault: { kind: 'broken' as const, status: 502 as const },
        times: 10,
        chance: 0.1,
      },
      {
        fault: { kind: 'reset' as const, when: 'beforeHeaders' as const },
        times: 10,
        chance: 0.1,
      },
      { fault: { kind: 'cut' as const }, times: 10, chance: 0.1 },
      { fault: { kind: 'page' as const }, times: 5, chance: 0.1 },
      { fault: { kind: 'unauthorized' as const }, times: 1, after: 40 },
    ];
    await using rough = await openBench({
      world: sampleWorld({ now }),
      faults: { rules },
    });
    const expected = (await calm.run()).items.map(({ key }) => key).sort();
    const first = await rough.run();
    expect(first.failed).toBeUndefined();
    rough.clock.advance(600_000);
    const second = await rough.run();
    const all = [...first.items, ...second.items];
    const supplements = all.filter(({ event }) => event === 'supplemented');
    const keys = all.filter((item) => !supplements.includes(item)).map(({ key }) => key);
    expect(keys.sort()).toEqual(expected);
    expect(rough.simulated.violations).toEqual([]);
  });
});

describe('pages', () => {
  it('hold no more items than asked for, and go on inside a page of Webex', async () => {
    await using bench = await openBench({ world: busyWorld(25) });
    const { pages, items } = await bench.run({ limits: { items: 10 } });
    expect(pages.map(({ records }) => records.length)).toEqual([10, 10, 5]);
    expect(textsOf(items)).toEqual(
      textsOf(Array.from({ length: 25 }, (_, index) => ({ text: `Message ${index}` }))),
    );
  });

  it('end when they are large enough', async () => {
    await using bench = await openBench({ world: busyWorld(25) });
    const { pages, items } = await bench.run({ limits: { bytes: 2000 } });
    expect(pages.length).toBeGreaterThan(2);
    expect(items).toHaveLength(25);
  });

  it('end when their time is up, and what was left is fetched next', async () => {
    await using bench = await openBench({
      world: busyWorld(25),
      rateLimit: { perMinute: 20 },
    });
    const { pages, items } = await bench.run({ limits: { ms: 61_000 } });
    expect(pages.length).toBeGreaterThan(1);
    expect(items).toHaveLength(25);
    expect(new Set(items.map(({ key }) => key)).size).toBe(25);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('ask to wait when Webex wants a long time, and lose nothing by it', async () => {
    const rules = [
      { fault: { kind: 'throttled' as const, retryAfter: 3600 }, after: 12 },
    ];
    await using bench = await openBench({ world: busyWorld(25), faults: { rules } });
    const { waits, items } = await bench.run();
    expect(waits).toEqual([new Date(now.getTime() + 3_600_000)]);
    expect(items).toHaveLength(25);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('get shorter where Webex wants a long time again and again, and come to an end', async () => {
    const fault = { kind: 'throttled' as const, retryAfter: 3600 };
    const rules: FaultRule[] = [];
    await using bench = await openBench({ world: busyWorld(25), faults: { rules } });
    const { waits, items } = await bench.run({
      beforePage: () => void rules.splice(0, 1, { fault, after: 15 }),
    });
    expect(waits.length).toBeGreaterThan(1);
    expect(items).toHaveLength(25);
  });

  it('sift each listed item once', async () => {
    await using bench = await openBench({ world: busyWorld(25) });
    await bench.run();
    await using again = await openBench({
      world: busyWorld(25),
      rateLimit: { perMinute: 15 },
    });
    await again.run({ limits: { items: 7 } });
    expect(again.pipeline.sifted).toHaveLength(25);
    expect(new Set(again.pipeline.sifted).size).toBe(25);
  });
});

describe('windows', () => {
  it('are half-open', async () => {
    const world = createWorld({ seed: 'edges' });
    const ann = addPerson(world, { name: 'Ann', address: 'ann@example.com' });
    const room = addRoom(world, { title: 'Edges', creator: ann });
    const window = { from: minutesAgo(60), to: minutesAgo(30) };
    post(world, room, ann, { at: window.from, text: 'first' });
    post(world, room, ann, { at: window.to, text: 'too late' });
    for (const inclusiveBounds of [false, true]) {
      await using bench = await openBench({ world, quirks: { inclusiveBounds } });
      expect(textsOf((await bench.run({ window })).items)).toEqual(['first']);
    }
  });

  it('are read again behind the watermark as far as asked', async () => {
    await using bench = await openBench({ world: busyWorld(25) });
    const window = { from: minutesAgo(5), to: now };
    const { items } = await bench.run({ window, readFrom: minutesAgo(10) });
    expect(items).toHaveLength(10);
  });

  it('that end in the future end now', async () => {
    await using bench = await openBench({ world: busyWorld(3) });
    const { items } = await bench.run({
      window: { from: lastDay.from, to: new Date(now.getTime() + 86_400_000) },
    });
    expect(items).toHaveLength(3);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('end at the time of Webex where the clock here is ahead', async () => {
    const world = createWorld({ seed: 'ahead' });
    const ann = addPerson(world, { name: 'Ann', address: 'ann@example.com' });
    const room = addRoom(world, { title: 'Ahead', creator: ann });
    const hourAgo = new Date(Date.now() - 3_600_000);
    post(world, room, ann, { at: hourAgo, text: 'said' });
    const clock = createFakeClock(new Date(Date.now() + 90_000));
    await using bench = await openBench({ world, clock });
    const { items, failed } = await bench.run({
      window: { from: new Date(hourAgo.getTime() - 1), to: clock.now() },
    });
    expect(failed).toBeUndefined();
    expect(items).toHaveLength(1);
  });

  it('that Webex keeps no longer are refused with a sentence', async () => {
    await using bench = await openBench({ world: busyWorld(3) });
    const { failed } = await bench.run({
      window: { from: minutesAgo(131_000), to: now },
    });
    expect(failed?.message).toContain('90 days');
    expect(failed?.misconfigured).toBe(true);
  });

  it('are read without the overlap where only that is too long ago', async () => {
    await using bench = await openBench({ world: busyWorld(3) });
    const from = minutesAgo(129_000);
    const { items, failed } = await bench.run({
      window: { from, to: now },
      readFrom: new Date(from.getTime() - 86_400_000),
    });
    expect(failed).toBeUndefined();
    expect(items).toHaveLength(3);
  });
});

describe('the order', () => {
  it('is from old to new, so that an edit finds what it is about', async () => {
    const world = busyWorld(2500);
    const [oldest] = world.messages.values();
    if (!oldest) throw new Error('Nobody said anything.');
    edit(world, oldest, { at: minutesAgo(0.5), text: 'Message zero' });
    await using bench = await openBench({ world });
    const { items } = await bench.run({
      window: { from: minutesAgo(3000), to: now },
      limits: { items: 400 },
    });
    const times = items.map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(items).toHaveLength(2501);
    expect(itemSaying(items, 'Message zero').quote?.text).toBe('Message 0');
    expect(bench.simulated.requests.events).toBeLessThan(60);
    expect(bench.simulated.violations).toEqual([]);
  });
});

describe('a list of events', () => {
  it('is asked for in halves when Webex takes too long', async () => {
    await using bench = await openBench({
      world: busyWorld(40),
      quirks: { gatewayTimeoutAbove: 15 },
    });
    const { items } = await bench.run();
    expect(items).toHaveLength(40);
    expect(bench.log.lines.some((line) => line.includes('asking for 15'))).toBe(true);
  });

  it('may lack the card answers, which stops nothing else', async () => {
    const rules = [
      { fault: { kind: 'forbidden' as const }, routes: ['events' as const], after: 3 },
    ];
    await using bench = await openBench({ world: busyWorld(3), faults: { rules } });
    const { items, failed } = await bench.run({ limits: {} });
    expect(failed).toBeUndefined();
    expect(items).toHaveLength(3);
  });

  it('with an event that cannot be read gives all others, and says so once', async () => {
    const world = busyWorld(3);
    const [room] = world.rooms.values();
    const [, ann] = world.people.values();
    if (!room || !ann) throw new Error('The world is empty.');
    post(world, room, ann, { at: minutesAgo(10), text: 'x', garbled: { id: 17 } });
    await using bench = await openBench({ world });
    const { items, rejects } = await bench.run();
    expect(items).toHaveLength(3);
    expect(rejects).toHaveLength(1);
    expect(rejects[0]?.reason).toContain('could not be read (data.id, data.roomId');
    expect(rejects[0]?.at).toBe(minutesAgo(10).toISOString());
    expect((await bench.run()).rejects).toEqual([]);
  });

  it('that tells an event twice archives it once', async () => {
    await using bench = await openBench({ world: busyWorld(3) });
    const { occurrences } = bench.world;
    occurrences.push(...occurrences.filter(({ resource }) => resource === 'messages'));
    const { items } = await bench.run();
    expect(itemSaying(items, 'Message 1').event).toBe('created');
    expect(items).toHaveLength(3);
  });
});
