import { describe, expect, it } from 'vitest';
import {
  addDirect,
  addPerson,
  addRoom,
  addTeam,
  createWorld,
  edit,
  join,
  leave,
  post,
  remove,
  type SimPerson,
  submitCard,
} from '../../../../local/webex/world.ts';
import {
  addressesOf,
  itemSaying,
  lastDay,
  minutesAgo,
  now,
  openBench,
} from './harness.ts';

const ann = 'ann@example.com';
const ben = 'ben@example.com';
const cat = 'cat@example.com';

function stage() {
  const world = createWorld({ seed: 'people' });
  const person = (name: string, more = {}): SimPerson =>
    addPerson(world, { name, address: `${name.toLowerCase()}@example.com`, ...more });
  const [a, b, c] = [person('Ann'), person('Ben'), person('Cat')];
  const room = addRoom(world, { title: 'Plans', creator: a, members: [b] });
  return { world, person, a, b, c, room };
}

describe('who could read a message', () => {
  it('are the members who had joined by then', async () => {
    const { world, a, b, c, room } = stage();
    post(world, room, a, { at: minutesAgo(60), text: 'early' });
    join(world, room, c, { at: minutesAgo(50) });
    post(world, room, b, { at: minutesAgo(50), text: 'at once' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'early'))).toEqual([ann, ben]);
    expect(addressesOf(itemSaying(items, 'at once'))).toEqual([ann, ben, cat]);
    expect(itemSaying(items, 'early').author).toMatchObject({
      name: 'Ann',
      address: ann,
    });
  });

  it('are those, too, who have left since', async () => {
    const { world, a, b, room } = stage();
    post(world, room, a, { at: minutesAgo(60), text: 'before' });
    leave(world, room, b, { at: minutesAgo(30) });
    post(world, room, a, { at: minutesAgo(30), text: 'after' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'before'))).toEqual([ann, ben]);
    expect(itemSaying(items, 'before').participants).toContainEqual(
      expect.objectContaining({ name: 'Ben', address: ben }),
    );
    expect(addressesOf(itemSaying(items, 'after'))).toEqual([ann]);
  });

  it('are those, too, who left after the window, before the run', async () => {
    const { world, a, b, room } = stage();
    post(world, room, a, { at: minutesAgo(600), text: 'before' });
    leave(world, room, b, { at: minutesAgo(10) });
    await using bench = await openBench({ world });
    const { items } = await bench.run({
      window: { from: minutesAgo(700), to: minutesAgo(500) },
    });
    expect(addressesOf(itemSaying(items, 'before'))).toEqual([ann, ben]);
  });

  it('are those, too, who left while the run was under way', async () => {
    const { world, a, b, room } = stage();
    post(world, room, a, { at: minutesAgo(60), text: 'one' });
    post(world, room, a, { at: minutesAgo(59), text: 'two' });
    await using bench = await openBench({ world });
    const { items } = await bench.run({
      limits: { items: 1 },
      beforePage: (number) => {
        if (number !== 2) return;
        bench.clock.advance(60_000);
        leave(world, room, b, { at: bench.clock.now() });
        bench.clock.advance(1000);
        bench.restart();
      },
    });
    expect(addressesOf(itemSaying(items, 'one'))).toEqual([ann, ben]);
    expect(addressesOf(itemSaying(items, 'two'))).toEqual([ann, ben]);
  });

  it('come and go and come again', async () => {
    const { world, a, b, room } = stage();
    leave(world, room, b, { at: minutesAgo(100) });
    post(world, room, a, { at: minutesAgo(90), text: 'alone' });
    join(world, room, b, { at: minutesAgo(80) });
    post(world, room, a, { at: minutesAgo(70), text: 'together' });
    leave(world, room, b, { at: minutesAgo(60) });
    post(world, room, a, { at: minutesAgo(50), text: 'alone again' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'alone'))).toEqual([ann]);
    expect(addressesOf(itemSaying(items, 'together'))).toEqual([ann, ben]);
    expect(addressesOf(itemSaying(items, 'alone again'))).toEqual([ann]);
  });

  it('are many, over more than one page of members', async () => {
    const { world, person, a, room } = stage();
    for (let index = 0; index < 230; index++) {
      join(world, room, person(`P${index}`), { at: minutesAgo(2000) });
    }
    post(world, room, a, { at: minutesAgo(60), text: 'all' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'all'))).toHaveLength(232);
    expect(bench.simulated.requests.memberships).toBe(3);
  });

  it('are asked for again where Webex was in trouble, before anybody misses anything', async () => {
    const { world, a, room } = stage();
    post(world, room, a, { at: minutesAgo(60), text: 'later' });
    const rules = [
      {
        ...{ fault: { kind: 'broken' as const, status: 500 as const }, times: 5 },
        routes: ['memberships' as const],
      },
    ];
    await using bench = await openBench({ world, faults: { rules } });
    const first = await bench.run();
    expect(first.items).toEqual([]);
    expect(first.records).toMatchObject([{ waiting: true }]);
    const second = await bench.run({ window: { from: now, to: now } });
    expect(addressesOf(itemSaying(second.items, 'later'))).toEqual([ann, ben]);
    expect(second.pages[0]?.resolvedGaps).toHaveLength(1);
  });

  it('are both, in a 1:1', async () => {
    const { world, a, b } = stage();
    const direct = addDirect(world, b, a, { at: minutesAgo(60) });
    post(world, direct, a, { at: minutesAgo(60), text: 'hi' });
    await using bench = await openBench({ world });
    const item = itemSaying((await bench.run()).items, 'hi');
    expect(addressesOf(item)).toEqual([ann, ben]);
    expect(item.conversation.name).toBe('Ann, Ben');
  });

  it('of an edit are those who could read the edit', async () => {
    const { world, a, c, room } = stage();
    const said = post(world, room, a, { at: minutesAgo(60), text: 'tipo' });
    edit(world, said, { at: minutesAgo(50), text: 'typo' });
    join(world, room, c, { at: minutesAgo(40) });
    edit(world, said, { at: minutesAgo(30), text: 'a typo' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const [first, second] = [itemSaying(items, 'typo'), itemSaying(items, 'a typo')];
    expect(addressesOf(first)).toEqual([ann, ben]);
    expect(first.quote).toMatchObject({ text: 'tipo', at: minutesAgo(60) });
    expect(addressesOf(second)).toEqual([ann, ben, cat]);
    expect(second.quote).toBeUndefined();
    expect(second.notes?.[0]).toContain('not quoted');
  });

  it('of a deletion are those who got the original, whenever it happens', async () => {
    const { world, a, b, c, room } = stage();
    const said = post(world, room, a, { at: minutesAgo(60), text: 'oops' });
    leave(world, room, b, { at: minutesAgo(50) });
    join(world, room, c, { at: minutesAgo(40) });
    remove(world, said, { at: minutesAgo(30), by: c });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const deletion = items.find(({ event }) => event === 'deleted');
    expect(deletion && addressesOf(deletion)).toEqual([ann, ben]);
    expect(deletion).toMatchObject({
      author: { address: cat },
      mentioned: [{ address: ann }],
      quote: { text: 'oops', author: { address: ann } },
      changesKey: itemSaying(items, 'oops').key,
      at: minutesAgo(30),
    });
  });

  it('of a deletion are those of then, where the original was never archived', async () => {
    const { world, a, b, c, room } = stage();
    const said = post(world, room, a, { at: minutesAgo(600), text: 'old' });
    leave(world, room, b, { at: minutesAgo(550) });
    join(world, room, c, { at: minutesAgo(500) });
    remove(world, said, { at: minutesAgo(30) });
    await using bench = await openBench({ world });
    const { items } = await bench.run({
      window: { from: minutesAgo(60), to: now },
      readFrom: minutesAgo(60),
    });
    expect(items).toMatchObject([{ event: 'deleted', quote: { text: 'old' } }]);
    const [deletion] = items;
    // Who left before the events begin is not known any more.
    expect(deletion && addressesOf(deletion)).toEqual([ann]);
  });
});

describe('people', () => {
  it('who are on no roster are looked up, and keep their id if they are unknown', async () => {
    const { world, person, a, room } = stage();
    const moderator = person('Mo');
    const ghost = person('Ghost', { lookup: 'none' });
    const [one, two] = ['one', 'two'].map((text, index) =>
      post(world, room, a, { at: minutesAgo(60 - index), text }),
    );
    if (!one || !two) throw new Error('Nothing was said.');
    remove(world, one, { at: minutesAgo(30), by: moderator });
    remove(world, two, { at: minutesAgo(20), by: ghost });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const authors = items
      .filter(({ event }) => event === 'deleted')
      .map(({ author }) => author);
    expect(authors).toEqual([
      { id: moderator.uuid, name: 'Mo', address: 'mo@example.com' },
      { id: ghost.uuid },
    ]);
    expect(bench.simulated.requests.people).toBe(1);
  });

  it('are looked up 85 at a time', async () => {
    const { world, person, a, room } = stage();
    for (let index = 0; index < 90; index++) {
      const said = post(world, room, a, {
        at: minutesAgo(200 - index),
        text: `${index}`,
      });
      remove(world, said, { at: minutesAgo(100 - index), by: person(`M${index}`) });
    }
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(bench.simulated.requests.people).toBe(2);
    expect(items.every(({ author }) => author.name !== undefined)).toBe(true);
  });

  it('are still archived without names where nobody tells them', async () => {
    const { world, person, a, room } = stage();
    const said = post(world, room, a, { at: minutesAgo(60), text: 'one' });
    remove(world, said, { at: minutesAgo(30), by: person('Mo') });
    const rules = [
      { fault: { kind: 'forbidden' as const }, routes: ['people' as const], times: 9 },
    ];
    await using bench = await openBench({ world, faults: { rules } });
    const { items, failed } = await bench.run();
    expect(failed).toBeUndefined();
    expect(items).toHaveLength(2);
  });
});

describe('conversations', () => {
  it('are called after the space, tell its team, and keep one id', async () => {
    const { world, a, b } = stage();
    const { team, general } = addTeam(world, { name: 'Squad', creator: a });
    const sprint = addRoom(world, { title: 'Sprint', team, creator: a, members: [b] });
    const odd = addRoom(world, { title: 'Odd', team, teamIdType: 'ROOM', creator: a });
    post(world, general, a, { at: minutesAgo(60), text: 'in general' });
    post(world, sprint, a, { at: minutesAgo(60), text: 'in sprint' });
    post(world, odd, a, { at: minutesAgo(60), text: 'in odd' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const nameOf = (text: string) => itemSaying(items, text).conversation;
    expect(nameOf('in general')).toEqual({ id: general.uuid, name: 'Squad' });
    expect(nameOf('in sprint')).toEqual({ id: sprint.uuid, name: 'Sprint' });
    expect(nameOf('in odd').name).toBe('Odd');
    expect(itemSaying(items, 'in odd').notes).toEqual(['Team: Squad']);
  });

  it('whose title cannot be decrypted never carry ciphertext', async () => {
    const { world, a } = stage();
    const later = new Date(now.getTime() + 86_400_000);
    const room = addRoom(world, { title: 'Hidden', creator: a, decryptableFrom: later });
    post(world, room, a, { at: minutesAgo(60), text: 'in hiding' });
    await using bench = await openBench({ world });
    const { conversation } = itemSaying((await bench.run()).items, 'in hiding');
    expect(conversation.name).toBe(`Space ${room.uuid.slice(0, 8)}`);
  });
});

describe('answers to a card', () => {
  it('are items of their own, in answer to the card', async () => {
    const { world, a, b, room } = stage();
    const card = { type: 'AdaptiveCard', body: [{ type: 'TextBlock', text: 'Lunch?' }] };
    const asked = post(world, room, a, { at: minutesAgo(60), text: 'Vote', card });
    submitCard(world, asked, b, {
      at: minutesAgo(30),
      inputs: { dish: 'Ramen', two: 2 },
    });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const question = itemSaying(items, 'Vote\n\nLunch?');
    const answer = items.find(({ author }) => author.address === ben);
    expect(answer).toMatchObject({
      event: 'created',
      text: 'Answers to a card\ndish: Ramen\ntwo: 2',
      parentKey: question.key,
      conversation: question.conversation,
      at: minutesAgo(30),
    });
    expect(answer && addressesOf(answer)).toEqual([ann, ben]);
    expect((await bench.run({ window: lastDay })).items).toEqual([]);
  });

  it('wait while Webex does not give them', async () => {
    const { world, a, b, room } = stage();
    const asked = post(world, room, a, { at: minutesAgo(60), text: 'Vote', card: {} });
    submitCard(world, asked, b, { at: minutesAgo(30), inputs: { dish: 'Ramen' } });
    const rules = [
      { fault: { kind: 'forbidden' as const }, routes: ['attachmentAction' as const] },
    ];
    await using bench = await openBench({ world, faults: { rules } });
    expect((await bench.run()).items).toHaveLength(1);
    const { items } = await bench.run();
    expect(items).toMatchObject([
      { event: 'created', text: expect.stringContaining('Ramen') },
    ]);
  });
});
