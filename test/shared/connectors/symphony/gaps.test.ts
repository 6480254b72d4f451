import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../../local/symphony/faults.ts';
import {
  addPerson,
  addStream,
  createWorld,
  type PostOptions,
  post,
} from '../../../../local/symphony/world.ts';
import { addressesOf, itemSaying, minutesAgo, now, openBench } from './harness.ts';

const never = new Date('2100-01-01T00:00:00Z');

function worldWith(options: Partial<PostOptions>) {
  const world = createWorld({ seed: 'gaps' });
  const ann = addPerson(world, { name: 'Ann', address: 'ann@example.com' });
  const ben = addPerson(world, { name: 'Ben', address: 'ben@example.com' });
  const room = addStream(world, { name: 'Room', creator: ann, members: [ben] });
  const text = 'Buy at nine.';
  post(world, room, ann, { at: minutesAgo(60), text, ...options });
  post(world, room, ben, { at: minutesAgo(50), text: 'Sure.' });
  return { world, ann, ben, room };
}

describe('a message that Symphony could not decrypt', () => {
  it('is a gap, and comes as the original when it can be read', async () => {
    const { world } = worldWith({ decryptableFrom: new Date(+now + 3_600_000) });
    await using bench = await openBench({ world });
    const first = await bench.run();
    expect(first.items.map(({ text }) => text)).toEqual(['Sure.']);
    expect([...bench.pipeline.gaps.values()]).toMatchObject([
      { reason: 'Symphony could not decrypt the text of the message.' },
    ]);
    const { items } = await bench.nextDay();
    expect(items).toMatchObject([{ event: 'created', text: 'Buy at nine.' }]);
    expect(bench.pipeline.gaps.size).toBe(0);
    expect((await bench.nextDay()).items).toEqual([]);
  });

  it('reaches those who could read it when it was sent', async () => {
    const { world, ben, room } = worldWith({
      decryptableFrom: new Date(+now + 3_600_000),
    });
    await using bench = await openBench({ world });
    await bench.run();
    room.stays = room.stays.filter(({ person }) => person !== ben);
    const { items } = await bench.nextDay();
    expect(addressesOf(itemSaying(items, 'Buy at nine.'))).toEqual([
      ...['ann@example.com', 'ben@example.com'],
    ]);
  });

  it('is archived as far as it is known when it was tried long enough', async () => {
    const { world } = worldWith({ decryptableFrom: never });
    await using bench = await openBench({ world });
    await bench.run();
    bench.clock.advance(8 * 86_400_000);
    const { items } = await bench.nextDay();
    expect(items).toMatchObject([
      { event: 'created', text: '', partial: expect.stringContaining('decrypt') },
    ]);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('is archived with what can be read of it, and whole when it can be', async () => {
    const garbled = { diagnostic: 'Failed to parse.' };
    const { world } = worldWith({ garbled });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(itemSaying(items, 'Buy at nine.').partial).toContain('could not read all');
    const [message] = world.messages;
    if (message) message.garbled = {};
    const second = await bench.nextDay();
    expect(second.items).toMatchObject([{ event: 'supplemented', text: 'Buy at nine.' }]);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('has its files archived at once, and its text in a supplement', async () => {
    const files = [{ name: 'a.txt', content: 'A' }];
    const decryptableFrom = new Date(+now + 3_600_000);
    const { world } = worldWith({ decryptableFrom, files });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items.find((item) => item.files.length > 0)).toMatchObject({
      ...{ event: 'created', text: '', partial: expect.stringContaining('decrypt') },
    });
    const second = await bench.nextDay();
    expect(second.items).toMatchObject([
      { event: 'supplemented', text: 'Buy at nine.', files: [] },
    ]);
  });
});

describe('a roster that fails', () => {
  it('makes its messages wait, and is asked for again', async () => {
    const rules: FaultRule[] = [
      { fault: { kind: 'broken', status: 500 }, routes: ['members'], times: 100 },
    ];
    const { world } = worldWith({});
    await using bench = await openBench({ world, faults: { rules } });
    expect((await bench.run()).items).toEqual([]);
    expect(bench.pipeline.gaps.size).toBe(2);
    rules.length = 0;
    const { items } = await bench.nextDay();
    expect(items.map(({ text }) => text)).toEqual(['Buy at nine.', 'Sure.']);
    expect(items.map(({ audienceUnknown }) => audienceUnknown)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

it('shows the disclaimer that comes with the first message of a day', async () => {
  const disclaimer = 'Recorded for <b>compliance</b>.';
  const { world } = worldWith({ disclaimer });
  await using bench = await openBench({ world });
  const { notes } = itemSaying((await bench.run()).items, 'Buy at nine.');
  expect(notes).toEqual(['Disclaimer: Recorded for compliance.']);
});
