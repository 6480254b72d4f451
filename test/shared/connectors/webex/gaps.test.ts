import { describe, expect, it } from 'vitest';
import {
  addPerson,
  addRoom,
  createWorld,
  edit,
  expire,
  type FileOptions,
  join,
  leave,
  post,
  share,
} from '../../../../local/webex/world.ts';
import { addressesOf, itemSaying, minutesAgo, now, openBench } from './harness.ts';

const day = 86_400_000;
const tomorrow = new Date(now.getTime() + day);
const never = new Date(now.getTime() + 365 * day);
const jwe = /eyJhbGciOi/;
const messageFault = { routes: ['message' as const] };

function stage() {
  const world = createWorld({ seed: 'gaps' });
  const [a, b, c] = ['Ann', 'Ben', 'Cat'].map((name) =>
    addPerson(world, { name, address: `${name.toLowerCase()}@example.com` }),
  );
  if (!a || !b || !c) throw new Error('Nobody is there.');
  const room = addRoom(world, { title: 'Plans', creator: a, members: [b] });
  const send = (file: Partial<FileOptions>, text?: string) =>
    share(
      world,
      room,
      a,
      [{ name: 'plan.txt', contentType: 'text/plain', content: 'The plan', ...file }],
      { at: minutesAgo(60), ...(text !== undefined && { text }) },
    );
  return { world, a, b, c, room, send };
}

const emptyWindow = { from: now, to: now };

describe('a file', () => {
  it('is stored with its name, type and hash; a message may be nothing else', async () => {
    const { world, send } = stage();
    send({ name: 'größe – 1.txt' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items).toMatchObject([
      {
        text: '',
        missing: [],
        files: [{ name: 'größe – 1.txt', contentType: 'text/plain', bytes: 8 }],
      },
    ]);
    const path = items[0]?.files[0]?.path ?? '';
    expect(bench.files.contents.get(path)?.toString()).toBe('The plan');
  });

  it('of more than 100 MB passes through without being held', async () => {
    const { world, send } = stage();
    send({ content: { bytes: 110_000_000 } });
    await using bench = await openBench({ world });
    const [item] = (await bench.run()).items;
    expect(item?.files[0]?.bytes).toBe(110_000_000);
  });

  it('that is being scanned for seconds is waited for', async () => {
    const { world, send } = stage();
    send({ state: { kind: 'scanning', requests: 1, retryAfterSeconds: 3 } });
    await using bench = await openBench({ world });
    const { items, pages } = await bench.run();
    expect(items[0]?.files).toHaveLength(1);
    expect(pages[0]?.gaps).toEqual([]);
    expect(bench.clock.slept).toEqual([3000]);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('that is locked holds its place, and arrives in a later run as a supplement', async () => {
    const { world, a, b, c, room, send } = stage();
    const until = tomorrow;
    send({ state: { kind: 'scanning', until, retryAfterSeconds: 60 } }, 'See here');
    post(world, room, b, { at: minutesAgo(50), text: 'Thanks' });
    await using bench = await openBench({ world });
    const first = await bench.run();
    const message = itemSaying(first.items, 'See here');
    expect(message.files).toEqual([]);
    expect(message.missing).toMatchObject([{ name: 'file 1' }]);
    expect(message.missing[0]?.reason).toContain('follows as a supplement');
    expect(itemSaying(first.items, 'Thanks')).toBeDefined();

    const second = await bench.run();
    expect(second.items).toEqual([]);
    expect(second.pages[0]?.resolvedGaps).toEqual([]);

    // Who came and went since changes nothing about who gets it.
    leave(world, room, b, { at: new Date(now.getTime() + 1000) });
    join(world, room, c, { at: new Date(now.getTime() + 2000), by: a });
    bench.clock.advance(day);
    const third = await bench.run({ window: { from: now, to: bench.clock.now() } });
    expect(third.items).toMatchObject([
      {
        event: 'supplemented',
        changesKey: message.key,
        itemId: message.itemId,
        at: message.at,
        conversation: message.conversation,
        files: [{ name: 'plan.txt', bytes: 8 }],
        missing: [],
      },
    ]);
    const [supplement] = third.items;
    expect(supplement && addressesOf(supplement)).toEqual(addressesOf(message));
    expect(third.pages[0]?.resolvedGaps).toHaveLength(1);
    expect((await bench.run()).items).toEqual([]);
  });

  it('that cannot be scanned is fetched all the same', async () => {
    const { world, send } = stage();
    send({ state: { kind: 'unscannable' } });
    await using bench = await openBench({ world });
    expect((await bench.run()).items[0]?.files).toHaveLength(1);
  });

  it.each([
    ['infected', /malware/],
    ['gone', /deleted/],
  ] as const)('that is %s holds its place for good', async (kind, reason) => {
    const { world, send } = stage();
    send({ state: { kind } }, 'See');
    await using bench = await openBench({ world });
    const { items, pages } = await bench.run();
    expect(items[0]?.missing).toEqual([
      { name: 'file 1', reason: expect.stringMatching(reason) },
    ]);
    expect(pages[0]?.gaps).toEqual([]);
  });

  it('of another length than it says is fetched again, and never kept so', async () => {
    const { world, send } = stage();
    send({ flaw: { kind: 'wrongLength', times: 2 } });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items[0]?.files).toMatchObject([{ name: 'plan.txt', bytes: 8 }]);
  });

  it('without a name is called by its number', async () => {
    const { world, send } = stage();
    send({ flaw: { kind: 'noName', times: 1 } });
    await using bench = await openBench({ world });
    expect((await bench.run()).items[0]?.files[0]?.name).toBe('file 1');
  });

  it('on a foreign host never gets the token, and holds its place', async () => {
    const { world, send } = stage();
    send({ host: 'elsewhere' }, 'See');
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items[0]?.missing[0]?.reason).toContain('outside of Webex');
    expect(bench.simulated.violations).toEqual([]);
  });

  it('that redirects to a foreign host holds its place', async () => {
    const { world, send } = stage();
    send({ host: 'redirected' }, 'See');
    await using bench = await openBench({ world });
    expect((await bench.run()).items[0]?.missing).toHaveLength(1);
    expect(bench.simulated.violations).toEqual([]);
  });
});

describe('a text that cannot be decrypted', () => {
  it('is taken from the event, where that has it', async () => {
    const { world, a, room } = stage();
    const message = post(world, room, a, { at: minutesAgo(60), text: 'clear' });
    const occurrence = world.occurrences.find(({ resource }) => resource === 'messages');
    const clear = occurrence?.data(now);
    if (occurrence) occurrence.data = () => clear;
    message.decryptableFrom = never;
    await using bench = await openBench({ world });
    const { items, pages } = await bench.run();
    expect(items).toMatchObject([{ text: 'clear' }]);
    expect(items[0]?.html).toBeUndefined();
    expect(pages[0]?.gaps).toEqual([]);
  });

  it('waits, with its readers settled, and is archived once it can be', async () => {
    const { world, a, b, room } = stage();
    post(world, room, a, {
      at: minutesAgo(60),
      text: 'secret',
      decryptableFrom: tomorrow,
    });
    await using bench = await openBench({ world });
    const first = await bench.run();
    expect(first.items).toEqual([]);
    expect(first.records).toMatchObject([{ waiting: true, files: [] }]);
    expect(first.pages[0]?.gaps).toMatchObject([
      { reason: expect.stringMatching(/decrypt/) },
    ]);
    leave(world, room, b, { at: new Date(now.getTime() + 1000) });
    bench.clock.advance(day);
    const second = await bench.run({ window: { from: now, to: bench.clock.now() } });
    expect(second.items).toMatchObject([
      { event: 'created', text: 'secret', key: first.records[0]?.key },
    ]);
    const [item] = second.items;
    expect(item && addressesOf(item)).toEqual(['ann@example.com', 'ben@example.com']);
    expect((await bench.run()).items).toEqual([]);
  });

  it('lets its files go ahead, and follows as a supplement', async () => {
    const { world, a, room } = stage();
    share(world, room, a, [{ name: 'x.txt', content: 'x' }], {
      ...{ at: minutesAgo(60), text: 'secret', html: '<b>secret</b>' },
      decryptableFrom: tomorrow,
    });
    await using bench = await openBench({ world });
    const first = await bench.run();
    expect(first.items).toMatchObject([{ text: '', files: [{ name: 'x.txt' }] }]);
    expect(first.items[0]?.partial).toContain('decrypt');
    expect(JSON.stringify(first.items)).not.toMatch(jwe);
    bench.clock.advance(day);
    const second = await bench.run({ window: { from: now, to: bench.clock.now() } });
    expect(second.items).toMatchObject([
      {
        event: 'supplemented',
        text: 'secret',
        html: '<b>secret</b>',
        changesKey: first.items[0]?.key,
        files: [],
      },
    ]);
    expect(second.items[0]?.partial).toBeUndefined();
  });

  it('is archived without it after a week, never as ciphertext', async () => {
    const { world, a, room } = stage();
    post(world, room, a, { at: minutesAgo(60), text: 'secret', decryptableFrom: never });
    await using bench = await openBench({ world });
    await bench.run();
    bench.clock.advance(8 * day);
    const { items, pages } = await bench.run({ window: emptyWindow });
    expect(items).toMatchObject([{ event: 'created', text: '', at: minutesAgo(60) }]);
    expect(items[0]?.partial).toContain('decrypt');
    expect(JSON.stringify(items)).not.toMatch(jwe);
    expect(pages[0]?.resolvedGaps).toHaveLength(1);
    expect((await bench.run({ window: emptyWindow })).items).toEqual([]);
  });

  it('of an edit waits like any other', async () => {
    const { world, a, room } = stage();
    const said = post(world, room, a, { at: minutesAgo(60), text: 'old' });
    edit(world, said, { at: minutesAgo(50), text: 'new' });
    said.decryptableFrom = tomorrow;
    await using bench = await openBench({ world });
    expect((await bench.run()).items).toEqual([]);
    bench.clock.advance(day);
    const { items } = await bench.run({ window: { from: now, to: bench.clock.now() } });
    expect(items.map(({ event, text }) => `${event} ${text}`).sort()).toEqual([
      'created old',
      'edited new',
    ]);
  });
});

describe('a message that Webex does not give', () => {
  it.each([
    ['refuses', { kind: 'forbidden' as const }, 1],
    ['fails with', { kind: 'broken' as const, status: 500 as const }, 5],
  ])('because it %s it waits; all others arrive', async (_, fault, times) => {
    const { world, a, b, room } = stage();
    post(world, room, a, { at: minutesAgo(60), text: 'one' });
    post(world, room, b, { at: minutesAgo(50), text: 'two' });
    const rules = [{ ...messageFault, fault, times }];
    await using bench = await openBench({ world, faults: { rules } });
    const first = await bench.run({ limits: { items: 1 } });
    expect(first.items.map(({ text }) => text)).toEqual(['two']);
    const second = await bench.run();
    expect(second.items.map(({ text }) => text)).toEqual(['one']);
    expect((await bench.run()).items).toEqual([]);
  });

  it('is archived from its event after a week', async () => {
    const { world, a, room } = stage();
    post(world, room, a, { at: minutesAgo(60), text: 'one' });
    const rules = [{ ...messageFault, fault: { kind: 'forbidden' as const }, times: 9 }];
    await using bench = await openBench({ world, faults: { rules } });
    await bench.run();
    bench.clock.advance(8 * day);
    const { items } = await bench.run({ window: emptyWindow });
    expect(items).toMatchObject([{ text: 'one', partial: expect.stringMatching(/403/) }]);
  });

  it('any more is archived from its event', async () => {
    const { world, a, room } = stage();
    expire(post(world, room, a, { at: minutesAgo(60), text: 'past' }), minutesAgo(1));
    await using bench = await openBench({ world });
    const { items, pages } = await bench.run();
    expect(items).toMatchObject([{ text: 'past' }]);
    expect(items[0]?.partial).toBeUndefined();
    expect(pages[0]?.gaps).toEqual([]);
  });

  it('any more, and whose event says nothing, is archived as partial', async () => {
    const { world, send } = stage();
    expire(send({}), minutesAgo(1));
    await using bench = await openBench({ world });
    const [item] = (await bench.run()).items;
    expect(item?.partial).toContain('past retention');
  });
});

describe('gaps', () => {
  it('are tried first, also those that are left at the end of a page', async () => {
    const { world, a, room } = stage();
    for (let index = 0; index < 12; index++) {
      post(world, room, a, { at: minutesAgo(60 - index), text: `${index}` });
    }
    const rules = [{ ...messageFault, fault: { kind: 'forbidden' as const }, times: 12 }];
    await using bench = await openBench({ world, faults: { rules } });
    await bench.run();
    expect(bench.pipeline.gaps.size).toBe(12);
    post(world, room, a, { at: now, text: 'new' });
    bench.clock.advance(1000);
    const { pages, items } = await bench.run({
      window: { from: now, to: bench.clock.now() },
      limits: { items: 5 },
    });
    expect(items).toHaveLength(13);
    expect(items.at(-1)?.text).toBe('new');
    expect(Math.max(...pages.map(({ records }) => records.length))).toBe(5);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('whose record is no longer kept end after a week, with a reason', async () => {
    const { world, a, room } = stage();
    post(world, room, a, { at: minutesAgo(60), text: 'x', decryptableFrom: never });
    await using bench = await openBench({ world });
    await bench.run();
    bench.pipeline.kept.clear();
    expect((await bench.run({ window: emptyWindow })).pages[0]?.resolvedGaps).toEqual([]);
    bench.clock.advance(8 * day);
    const { rejects, pages } = await bench.run({ window: emptyWindow });
    expect(rejects).toMatchObject([{ reason: expect.stringMatching(/no longer kept/) }]);
    expect(pages[0]?.resolvedGaps).toHaveLength(1);
  });

  it('are small', async () => {
    const { world, a, room } = stage();
    const text = 'long '.repeat(1400);
    post(world, room, a, { at: minutesAgo(60), text, decryptableFrom: never });
    await using bench = await openBench({ world });
    const [gap] = (await bench.run()).pages[0]?.gaps ?? [];
    expect(JSON.stringify(gap).length).toBeLessThan(1000);
  });
});
