import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../../local/symphony/faults.ts';
import {
  addPerson,
  addStream,
  createWorld,
  edit,
  join,
  leave,
  post,
  type StreamOptions,
  suppress,
} from '../../../../local/symphony/world.ts';
import { addressesOf, itemSaying, minutesAgo, now, openBench } from './harness.ts';

function stage(options: Partial<StreamOptions> = {}) {
  const world = createWorld({ seed: 'people' });
  const add = (name: string) =>
    addPerson(world, { name, address: `${name.toLowerCase()}@example.com` });
  const [ann, ben, cat] = [add('Ann'), add('Ben'), add('Cat')];
  const room = addStream(world, {
    ...{ name: 'Room', creator: ann, members: [ben] },
    ...options,
  });
  return { world, ann, ben, cat, room };
}

const later = (minutes: number) => new Date(+now + minutes * 60_000);
const [annAt, benAt, catAt] = ['ann@example.com', 'ben@example.com', 'cat@example.com'];

describe('who gets a message of Symphony', () => {
  it('are the members who had joined by then', async () => {
    const { world, ann, cat, room } = stage();
    post(world, room, ann, { at: minutesAgo(60), text: 'Before.' });
    join(room, cat, minutesAgo(30));
    post(world, room, ann, { at: minutesAgo(30), text: 'After.' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'Before.'))).toEqual([annAt, benAt]);
    expect(addressesOf(itemSaying(items, 'After.'))).toEqual([annAt, benAt, catAt]);
  });

  it('are those too whom only the list of all users gives an address', async () => {
    const { world, ann, room } = stage();
    const gone = addPerson(world, { name: 'Gone', listedAddress: 'gone@example.com' });
    join(room, gone, minutesAgo(90));
    post(world, room, ann, { at: minutesAgo(60), text: 'Hello.' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'Hello.'))).toContain('gone@example.com');
  });

  it('have no address where the list of all users is refused, and stop nothing', async () => {
    const { world, ann, room } = stage();
    const gone = addPerson(world, { name: 'Gone', listedAddress: 'gone@example.com' });
    join(room, gone, minutesAgo(90));
    post(world, room, ann, { at: minutesAgo(60), text: 'Hello.' });
    const rules: FaultRule[] = [{ fault: { kind: 'forbidden' }, routes: ['everybody'] }];
    await using bench = await openBench({ world, faults: { rules } });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'Hello.'))).toEqual([
      String(gone.userId),
      annAt,
      benAt,
    ]);
  });

  it('are those too whom the last run still found, though they have left since', async () => {
    const { world, ann, ben, room } = stage();
    post(world, room, ann, { at: minutesAgo(60), text: 'First.' });
    await using bench = await openBench({ world });
    await bench.run();
    post(world, room, ann, { at: later(30), text: 'Second.' });
    leave(room, ben, later(60));
    const { items } = await bench.nextDay();
    expect(addressesOf(itemSaying(items, 'Second.'))).toEqual([annAt, benAt]);
  });

  it('are none whom the last run did not find any more, in a later one', async () => {
    const { world, ann, ben, room } = stage();
    post(world, room, ann, { at: minutesAgo(60), text: 'First.' });
    await using bench = await openBench({ world });
    await bench.run();
    leave(room, ben, later(60));
    post(world, room, ann, { at: later(90), text: 'Second.' });
    await bench.nextDay();
    post(world, room, ann, { at: later(25 * 60), text: 'Third.' });
    const { items } = await bench.nextDay();
    expect(addressesOf(itemSaying(items, 'Third.'))).toEqual([annAt]);
  });

  it('are those too whom a run found that read nothing new there', async () => {
    const { world, ann, ben, room } = stage();
    post(world, room, ann, { at: minutesAgo(60), text: 'First.' });
    await using bench = await openBench({ world });
    await bench.run();
    await bench.nextDay();
    post(world, room, ann, { at: later(25 * 60), text: 'Second.' });
    leave(room, ben, later(26 * 60));
    const { items } = await bench.nextDay();
    expect(addressesOf(itemSaying(items, 'Second.'))).toEqual([annAt, benAt]);
  });

  it('are none of whom nobody knows when they left, days before', async () => {
    const { world, ann, ben, room } = stage();
    post(world, room, ann, { at: minutesAgo(60), text: 'First.' });
    await using bench = await openBench({ world });
    await bench.run();
    leave(room, ben, later(60));
    await bench.nextDay();
    await bench.nextDay();
    post(world, room, ann, { at: later(49 * 60), text: 'Much later.' });
    const { items } = await bench.nextDay();
    expect(addressesOf(itemSaying(items, 'Much later.'))).toEqual([annAt]);
  });

  it('are those of both stays of somebody who came back', async () => {
    const { world, ann, ben, room } = stage();
    post(world, room, ann, { at: minutesAgo(60), text: 'First.' });
    await using bench = await openBench({ world });
    await bench.run();
    post(world, room, ann, { at: later(10), text: 'Second.' });
    leave(room, ben, later(20));
    join(room, ben, later(40));
    const { items } = await bench.nextDay();
    expect(addressesOf(itemSaying(items, 'Second.'))).toEqual([annAt, benAt]);
  });

  it('are those who can be told, and the archive knows that it is not all of them', async () => {
    const { world, ann, cat, room } = stage();
    join(room, cat, minutesAgo(90));
    cat.userId = Number.NaN;
    post(world, room, ann, { at: minutesAgo(60), text: 'Hello.' });
    await using bench = await openBench({ world });
    const item = itemSaying((await bench.run()).items, 'Hello.');
    expect(addressesOf(item)).toEqual([annAt, benAt]);
    expect(item.audienceUnknown).toBe(true);
  });

  it('are the two of a chat, whenever they joined it', async () => {
    const { world, ann, room } = stage({ type: 'IM', created: minutesAgo(10) });
    post(world, room, ann, { at: minutesAgo(60), text: 'Hello.' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'Hello.'))).toEqual([annAt, benAt]);
  });

  it('are the two of a chat also where its members are not told', async () => {
    const { world, ann, room } = stage({ type: 'IM', untold: true });
    post(world, room, ann, { at: minutesAgo(60), text: 'Hello.' });
    await using bench = await openBench({ world });
    const item = itemSaying((await bench.run()).items, 'Hello.');
    expect(addressesOf(item)).toEqual([annAt, benAt]);
    expect(item.audienceUnknown).toBeUndefined();
    expect(item.conversation.name).toBe('Ann, Ben');
  });

  it('is the author alone where the members of rooms are refused, and the log says so once', async () => {
    const { world, ann, ben, room } = stage({ untold: true });
    const other = { name: 'Other', creator: ann, members: [ben], untold: true };
    for (const place of [room, addStream(world, other)]) {
      post(world, place, ann, { at: minutesAgo(60), text: `In ${place.name}.` });
    }
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items.map(addressesOf)).toEqual([[annAt], [annAt]]);
    expect(items.every(({ audienceUnknown }) => audienceUnknown)).toBe(true);
    const warnings = bench.log.lines.filter((line) => line.includes('User Provisioning'));
    expect(warnings).toHaveLength(1);
  });

  it('are found by the address that the roster of another stream has', async () => {
    const { world, ann, ben, room } = stage({ type: 'IM', untold: true });
    post(world, room, ann, { at: minutesAgo(60), text: 'Hello.' });
    const other = addStream(world, { name: 'Other', creator: ann, members: [ben] });
    post(world, other, ann, { at: minutesAgo(50), text: 'Here as well.' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'Hello.'))).toEqual([annAt, benAt]);
  });

  it('is the author alone of a wall post, and nobody looks for others', async () => {
    const { world, ann, room } = stage({ type: 'POST' });
    post(world, room, ann, { at: minutesAgo(60), text: 'To all.' });
    await using bench = await openBench({ world });
    const item = itemSaying((await bench.run()).items, 'To all.');
    expect(addressesOf(item)).toEqual([annAt]);
    expect(item.audienceUnknown).toBeUndefined();
    expect(bench.simulated.requests.members).toBe(0);
  });

  it('are found by their ids where they are of another pod and no roster has an address', async () => {
    const { world, ann, room } = stage();
    const dan = addPerson(world, { name: 'Dan', external: true });
    join(room, dan, minutesAgo(90));
    post(world, room, ann, { at: minutesAgo(60), text: 'Welcome.' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const { participants } = itemSaying(items, 'Welcome.');
    expect(participants).toContainEqual({ id: String(dan.userId), name: 'Dan' });
    expect(bench.simulated.requests.users).toBe(1);
  });
});

describe('what happens to a message afterwards', () => {
  it('gives an email for each version, to those who could read that one', async () => {
    const { world, ann, cat, room } = stage();
    const message = post(world, room, ann, { at: minutesAgo(60), text: 'One.' });
    edit(world, message, { at: minutesAgo(50), text: 'Two.' });
    join(room, cat, minutesAgo(45));
    edit(world, message, { at: minutesAgo(40), text: 'Three.' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const [one, two, three] = ['One.', 'Two.', 'Three.'].map((text) =>
      itemSaying(items, text),
    );
    expect(two).toMatchObject({ changesKey: one?.key, quote: { text: 'One.' } });
    expect(three).toMatchObject({ event: 'edited', changesKey: one?.key });
    expect(three && addressesOf(three)).toEqual([annAt, benAt, catAt]);
    expect(three?.quote).toBeUndefined();
  });

  it('tells of a suppression on the day after, to those who got the message', async () => {
    const { world, ann, cat, room } = stage();
    const message = post(world, room, ann, { at: minutesAgo(60), text: 'One.' });
    await using bench = await openBench({ world });
    const [first] = (await bench.run()).items;
    suppress(message, later(10));
    join(room, cat, later(5));
    const { items } = await bench.nextDay();
    expect(items).toMatchObject([
      {
        event: 'deleted',
        changesKey: first?.key,
        at: later(10),
        quote: { text: 'One.' },
      },
    ]);
    expect(items.map(addressesOf)).toEqual([[annAt, benAt]]);
    expect((await bench.nextDay()).items).toEqual([]);
  });

  it.each(['', '<div data-format="PresentationML" data-version="2.0"></div>'])(
    'has no message without words where it was suppressed before anybody read it (%j)',
    async (words) => {
      const { world, ann, room } = stage();
      const message = post(world, room, ann, { at: minutesAgo(60), text: 'Gone.' });
      suppress(message, minutesAgo(30));
      message.garbled = { message: words };
      await using bench = await openBench({ world });
      const { items } = await bench.run();
      expect(items).toMatchObject([
        { event: 'deleted', change: 'The message was suppressed.' },
      ]);
      expect(items[0]?.notes?.[0]).toMatch(/taken away before it could be archived/);
    },
  );

  it('refers a reply to what it answers', async () => {
    const { world, ann, ben, room } = stage();
    const parent = post(world, room, ann, { at: minutesAgo(60), text: 'Why?' });
    post(world, room, ben, { at: minutesAgo(50), text: 'Because.', parent });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(itemSaying(items, 'Because.').parentKey).toBe(itemSaying(items, 'Why?').key);
  });
});
