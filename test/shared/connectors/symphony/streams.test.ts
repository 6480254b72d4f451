import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../../local/symphony/faults.ts';
import {
  addPerson,
  addStream,
  createWorld,
  post,
  type StreamOptions,
} from '../../../../local/symphony/world.ts';
import { itemSaying, minutesAgo, now, openBench } from './harness.ts';

function stage() {
  const world = createWorld({ seed: 'streams' });
  const ann = addPerson(world, { name: 'Ann', address: 'ann@example.com' });
  const ben = addPerson(world, { name: 'Ben', address: 'ben@example.com' });
  const dan = addPerson(world, { name: 'Dan', external: true });
  const open = (options: Partial<StreamOptions>) =>
    addStream(world, { creator: ann, members: [ben], ...options });
  return { world, ann, ben, dan, open };
}

const texts = (items: { text: string }[]) => items.map(({ text }) => text).sort();

describe('the streams of a pod', () => {
  it('are read whatever their type, their state and their origin', async () => {
    const { world, ann, dan, open } = stage();
    const streams = [
      open({ type: 'IM' }),
      open({ type: 'MIM' }),
      open({ name: 'Room' }),
      open({ type: 'POST', members: [] }),
      open({ name: 'Inactive', active: false }),
      open({ name: 'External', creator: dan }),
    ];
    for (const [index, stream] of streams.entries()) {
      post(world, stream, ann, { at: minutesAgo(60), text: `In ${index}.` });
    }
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(texts(items)).toEqual(['In 0.', 'In 1.', 'In 2.', 'In 3.', 'In 4.', 'In 5.']);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('are chosen by their last message, and read where it is not told', async () => {
    const { world, ann, open } = stage();
    const [busy, quiet, dateless] = [
      open({ name: 'Busy' }),
      open({ name: 'Quiet' }),
      open({ name: 'Dateless', dateless: true }),
    ];
    post(world, busy, ann, { at: minutesAgo(60), text: 'Now.' });
    post(world, quiet, ann, { at: minutesAgo(5000), text: 'Long ago.' });
    post(world, dateless, ann, { at: minutesAgo(60), text: 'When?' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(texts(items)).toEqual(['Now.', 'When?']);
    // Of the one without a date, an empty page says that it is over.
    expect(bench.simulated.requests.messages).toBe(3);
  });

  it('are all found where they fill several pages of the list', async () => {
    const { world, ann, open } = stage();
    for (let index = 0; index < 250; index++) {
      const stream = open({ name: `Room ${index}` });
      if (index % 25 === 24) post(world, stream, ann, { at: minutesAgo(9), text: 'Hi.' });
    }
    await using bench = await openBench({ world });
    const { items } = await bench.run({ limits: { items: 3 } });
    expect(new Set(items.map(({ conversation }) => conversation.name)).size).toBe(10);
    expect(items).toHaveLength(10);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('are listed once, however many of them are read', async () => {
    const { world, ann, open } = stage();
    for (let index = 0; index < 90; index++) {
      post(world, open({ name: `R${index}` }), ann, { at: minutesAgo(9), text: 'Hi.' });
    }
    await using bench = await openBench({ world });
    await bench.run();
    expect(bench.simulated.requests).toMatchObject({
      streams: 1,
      messages: 90,
      members: 90,
    });
  });

  it('are read by eight requests at a time, and no more', async () => {
    const { world, ann, open } = stage();
    for (let index = 0; index < 30; index++) {
      post(world, open({ name: `R${index}` }), ann, { at: minutesAgo(9), text: 'Hi.' });
    }
    await using bench = await openBench({ world, latencyMs: 5 });
    await bench.run();
    expect(bench.simulated.mostInFlight()).toBe(8);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('are pointed into by a cursor that stays small', async () => {
    const { world, ann, open } = stage();
    for (let index = 0; index < 110; index++) {
      post(world, open({ name: `R${index}` }), ann, { at: minutesAgo(9), text: 'Hi.' });
    }
    await using bench = await openBench({ world });
    const { pages } = await bench.run({ limits: { items: 7 } });
    const sizes = pages.map(({ next = '' }) => next.length);
    expect(Math.max(...sizes)).toBeLessThan(5000);
  });

  it('that come in an unreadable form are reported once', async () => {
    const { world, open } = stage();
    const stream = open({ name: 'Odd' });
    stream.id = '';
    await using bench = await openBench({ world });
    const { rejects } = await bench.run();
    expect(rejects).toMatchObject([{ reason: expect.stringContaining('stream') }]);
    expect((await bench.run()).rejects).toEqual([]);
  });
});

it('reads a message that has nothing but what it must', async () => {
  const { world, ann, open } = stage();
  const room = open({ name: 'Room' });
  const garbled = Object.fromEntries(
    ['sharedMessage', 'data', 'attachments', 'stream', 'diagnostic', 'disclaimer'].map(
      (name) => [name, undefined],
    ),
  );
  post(world, room, ann, { at: minutesAgo(60), text: 'Bare.', garbled });
  await using bench = await openBench({ world });
  const { items, rejects } = await bench.run();
  expect(rejects).toEqual([]);
  expect(itemSaying(items, 'Bare.').files).toEqual([]);
});

describe('a stream that is refused', () => {
  it('is a gap, and stops no other', async () => {
    const { world, ann, open } = stage();
    const [barred, other] = [open({ name: 'Barred', barred: true }), open({})];
    post(world, barred, ann, { at: minutesAgo(60), text: 'Secret.' });
    post(world, other, ann, { at: minutesAgo(60), text: 'Public.' });
    await using bench = await openBench({ world });
    const { items, pages } = await bench.run();
    expect(texts(items)).toEqual(['Public.']);
    expect(pages.flatMap(({ gaps }) => gaps)).toMatchObject([
      { itemId: barred.id, reason: expect.stringContaining('Content Export Service') },
    ]);
  });

  it('is read from where it was left as soon as it can be, each message once', async () => {
    const { world, ann, open } = stage();
    const barred = open({ name: 'Barred', barred: true });
    post(world, barred, ann, { at: minutesAgo(60), text: 'First.' });
    await using bench = await openBench({ world });
    await bench.run();
    post(world, barred, ann, { at: new Date(+now + 60_000), text: 'Second.' });
    await bench.nextDay();
    post(world, barred, ann, { at: new Date(+now + 26 * 3_600_000), text: 'Third.' });
    await bench.nextDay();
    barred.barred = false;
    const { items, available } = await bench.nextDay({ limits: { items: 2 } });
    expect(texts(items)).toEqual(['First.', 'Second.', 'Third.']);
    expect(available).toBe(3);
    expect(bench.pipeline.gaps.size).toBe(0);
    expect((await bench.nextDay()).items).toEqual([]);
  });

  it('is not read beyond what was asked for, where a window of long ago failed', async () => {
    const { world, ann, open } = stage();
    const barred = open({ name: 'Barred', barred: true });
    for (const [minutes, text] of [
      [80_000, 'In the window.'],
      [70_000, 'After it.'],
      [60, 'Today.'],
    ] as const) {
      post(world, barred, ann, { at: minutesAgo(minutes), text });
    }
    await using bench = await openBench({ world });
    const window = { from: minutesAgo(81_000), to: minutesAgo(79_000) };
    await bench.run({ window });
    await bench.run();
    expect(bench.pipeline.gaps.size).toBe(2);
    barred.barred = false;
    const { items } = await bench.nextDay();
    expect(texts(items)).toEqual(['In the window.', 'Today.']);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('is a gap too where its messages come in a form that nobody knows', async () => {
    const { world, ann, open } = stage();
    post(world, open({ name: 'Odd' }), ann, { at: minutesAgo(60), text: 'Odd.' });
    const rules: FaultRule[] = [{ fault: { kind: 'odd' }, routes: ['messages'] }];
    await using bench = await openBench({ world, faults: { rules } });
    expect((await bench.run()).items).toEqual([]);
    expect([...bench.pipeline.gaps.values()]).toMatchObject([
      { reason: expect.stringContaining('form that could not be read') },
    ]);
    expect(texts((await bench.nextDay()).items)).toEqual(['Odd.']);
  });

  it('is given up after a week with a sentence, and is a gap again if it goes on', async () => {
    const { world, ann, open } = stage();
    const barred = open({ name: 'Barred', barred: true });
    post(world, barred, ann, { at: minutesAgo(60), text: 'First.' });
    await using bench = await openBench({ world });
    await bench.run();
    bench.clock.advance(8 * 86_400_000);
    post(world, barred, ann, { at: bench.clock.now(), text: 'Second.' });
    const { rejects, pages } = await bench.nextDay();
    expect(rejects).toMatchObject([
      { itemId: barred.id, reason: expect.stringContaining('is not archived') },
    ]);
    expect(pages.flatMap(({ gaps }) => gaps)).toMatchObject([{ itemId: barred.id }]);
    expect(bench.pipeline.gaps.size).toBe(1);
  });

  it('is no gap where it fails because all of the agent does', async () => {
    const { world, ann, open } = stage();
    post(world, open({ name: 'Room' }), ann, { at: minutesAgo(60), text: 'Hello.' });
    const rules: FaultRule[] = [
      {
        ...{ fault: { kind: 'broken', status: 503 }, times: 1000 },
        routes: ['messages', 'info'],
      },
    ];
    await using bench = await openBench({ world, faults: { rules } });
    await expect(bench.run()).rejects.toThrow('503');
    expect(bench.pipeline.gaps.size).toBe(0);
    rules.length = 0;
    expect(itemSaying((await bench.run()).items, 'Hello.')).toBeDefined();
  });

  it('is asked for fewer messages before it counts as one', async () => {
    const { world, ann, open } = stage();
    const room = open({ name: 'Room' });
    for (let index = 0; index < 120; index++) {
      post(world, room, ann, { at: minutesAgo(200 - index), text: `Message ${index}.` });
    }
    const rules: FaultRule[] = [
      { fault: { kind: 'broken', status: 504 }, routes: ['messages'], times: 5 },
    ];
    await using bench = await openBench({ world, faults: { rules } });
    const { items } = await bench.run();
    expect(items).toHaveLength(120);
    expect(bench.pipeline.gaps.size).toBe(0);
  });
});

it('says so where the list of streams comes in a form that nobody knows', async () => {
  const rules: FaultRule[] = [{ fault: { kind: 'odd' }, routes: ['streams'] }];
  await using bench = await openBench({ faults: { rules } });
  const { failed } = await bench.run();
  expect(failed?.message).toContain('the list of streams in a form');
});

it('knows the account by its name where its id is not told', async () => {
  const rules: FaultRule[] = [{ fault: { kind: 'odd' }, routes: ['session'] }];
  await using bench = await openBench({ faults: { rules } });
  expect((await bench.run()).failed).toBeUndefined();
});

it('says so where the account may not list streams', async () => {
  const rules: FaultRule[] = [{ fault: { kind: 'forbidden' }, routes: ['streams'] }];
  await using bench = await openBench({ faults: { rules } });
  const { failed } = await bench.run();
  expect(failed).toMatchObject({ misconfigured: true });
  expect(failed?.message).toContain('User Provisioning');
});
