import { describe, expect, it } from 'vitest';
import {
  addChat,
  addPerson,
  createWorld,
  join,
  leave,
  post,
} from '../../../../local/ringcentral/world.ts';
import {
  addressesOf,
  ann,
  ben,
  cat,
  itemSaying,
  lastDay,
  minutesAgo,
  now,
  openBench,
  stage,
} from './harness.ts';

/** So many minutes after now. */
const later = (minutes: number) => minutesAgo(-minutes);

describe('who joined a team since the last run', () => {
  it('does not get what was said before, and gets what is said after', async () => {
    const { world, a, c, chat } = stage();
    await using bench = await openBench({ world });
    post(world, chat, a, { at: minutesAgo(60), text: 'old' });
    const late = { at: minutesAgo(30), text: 'late', listedFrom: later(1) };
    post(world, chat, a, late);
    await bench.run();
    post(world, chat, a, { at: later(5), text: 'before' });
    join(chat, c, later(10));
    post(world, chat, a, { at: later(20), text: 'between' });
    bench.clock.advance(3_600_000);
    const { items } = await bench.runNow();
    expect(addressesOf(itemSaying(items, 'late'))).toEqual([ann, ben]);
    expect(addressesOf(itemSaying(items, 'before'))).toEqual([ann, ben]);
    // Nobody tells when they joined: the chat changed last with what was said then.
    expect(addressesOf(itemSaying(items, 'between'))).toEqual([ann, ben, cat]);
    post(world, chat, a, { at: later(80), text: 'after' });
    bench.clock.advance(3_600_000);
    const { items: next } = await bench.runNow();
    expect(addressesOf(itemSaying(next, 'after'))).toEqual([ann, ben, cat]);
  });

  it('is held back where the chat does not tell when it changed, and the catch-all gets it', async () => {
    const { world, a, c, chat } = stage();
    await using bench = await openBench({ world, quirks: { stillChats: true } });
    post(world, chat, a, { at: minutesAgo(60), text: 'old' });
    await bench.run();
    join(chat, c, later(10));
    post(world, chat, a, { at: later(20), text: 'unsure' });
    post(world, chat, c, { at: later(30), text: 'I am here' });
    post(world, chat, a, { at: later(40), text: 'sure' });
    bench.clock.advance(3_600_000);
    const { items } = await bench.runNow();
    const unsure = itemSaying(items, 'unsure');
    expect(addressesOf(unsure)).toEqual([ann, ben]);
    expect(unsure.audienceUnknown).toBe(true);
    // What they wrote themselves proves that they were there.
    for (const text of ['I am here', 'sure']) {
      expect(addressesOf(itemSaying(items, text))).toEqual([ann, ben, cat]);
      expect(itemSaying(items, text).audienceUnknown).toBeUndefined();
    }
  });

  it('changes nothing when the process dies between the pages', async () => {
    const { world, a, c, chat } = stage();
    await using bench = await openBench({ world, quirks: { stillChats: true } });
    post(world, chat, a, { at: minutesAgo(60), text: 'old' });
    await bench.run();
    join(chat, c, later(10));
    for (const text of ['one', 'two', 'three']) {
      post(world, chat, a, { at: later(20), text });
    }
    bench.clock.advance(3_600_000);
    const { items } = await bench.runNow({
      limits: { items: 1 },
      beforePage: bench.restart,
    });
    expect(items.map(addressesOf)).toEqual([
      [ann, ben],
      [ann, ben],
      [ann, ben],
    ]);
  });
});

describe('who left a team', () => {
  it('gets what was said while they were surely there, and nothing after', async () => {
    const { world, a, b, chat } = stage();
    await using bench = await openBench({ world });
    post(world, chat, a, { at: minutesAgo(60), text: 'old' });
    const late = { at: minutesAgo(30), text: 'late', listedFrom: later(1) };
    post(world, chat, a, late);
    await bench.run();
    leave(chat, b, later(10));
    post(world, chat, a, { at: later(20), text: 'alone' });
    bench.clock.advance(3_600_000);
    const { items } = await bench.runNow();
    expect(addressesOf(itemSaying(items, 'late'))).toEqual([ann, ben]);
    expect(addressesOf(itemSaying(items, 'alone'))).toEqual([ann]);
  });
});

describe('a conversation', () => {
  it('keeps its members, has no name of its own, and may have people from outside', async () => {
    const { world, a, b, person } = stage();
    const eve = person('Eve', { external: true });
    const group = addChat(world, { type: 'Group', members: [a, b, eve] });
    const own = addChat(world, { type: 'Personal', members: [a] });
    post(world, group, eve, { at: minutesAgo(60), text: 'Hello' });
    post(world, own, a, { at: minutesAgo(60), text: 'to myself' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(itemSaying(items, 'Hello').conversation.name).toBe('Ann, Ben, Eve');
    expect(addressesOf(itemSaying(items, 'Hello'))).toEqual([
      ann,
      ben,
      'eve@example.com',
    ]);
    expect(addressesOf(itemSaying(items, 'to myself'))).toEqual([ann]);
  });

  it('of which the export does not tell the members is its author’s and the catch-all’s', async () => {
    const { world, a, b, chat } = stage();
    chat.members = 'untold';
    const crowd = addChat(world, { name: 'Crowd', members: [a, b], told: 'partlyTold' });
    post(world, chat, a, { at: minutesAgo(60), text: 'untold' });
    post(world, crowd, b, { at: minutesAgo(60), text: 'partly' });
    post(world, chat, a, { at: minutesAgo(60), text: 'nowhere', more: { chatId: '1' } });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'untold'))).toEqual([ann]);
    expect(addressesOf(itemSaying(items, 'nowhere'))).toEqual([ann]);
    expect(addressesOf(itemSaying(items, 'partly'))).toEqual([ann, ben]);
    expect(items.every(({ audienceUnknown }) => audienceUnknown)).toBe(true);
  });
});

describe('people', () => {
  it('without an address keep their id and their name', async () => {
    const world = createWorld();
    const bot = addPerson(world, { name: 'Build Bot' });
    const chat = addChat(world, { name: 'Builds', members: [bot] });
    post(world, chat, bot, { at: minutesAgo(60), text: 'Done' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(itemSaying(items, 'Done').participants).toEqual([
      { id: bot.id, name: 'Build Bot' },
    ]);
  });

  it('are thousands, and a page holds their chat once', async () => {
    const { world, a, person } = stage();
    const crowd = Array.from({ length: 5000 }, (_, index) => person(`P${index}`));
    const chat = addChat(world, {
      ...{ type: 'Everyone', members: [a, ...crowd] },
    });
    for (let index = 0; index < 300; index++) {
      post(world, chat, a, { at: minutesAgo(600 - index), text: `${index}` });
    }
    await using bench = await openBench({ world });
    const started = performance.now();
    const { items, pages } = await bench.run();
    expect(items).toHaveLength(300);
    expect(items[0]?.participants).toHaveLength(5001);
    expect(items[0]?.conversation.name).toBe('Everyone');
    expect(pages).toHaveLength(2);
    expect(JSON.stringify(pages[0]).length).toBeLessThan(2_000_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('are the same when the window is read again, whoever came since', async () => {
    const { world, a, c, chat } = stage();
    post(world, chat, a, { at: minutesAgo(60), text: 'one' });
    await using bench = await openBench({ world });
    await bench.run();
    join(chat, c, now);
    bench.clock.advance(60_000);
    expect((await bench.run({ window: lastDay })).items).toEqual([]);
  });
});
