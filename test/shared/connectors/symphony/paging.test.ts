import { describe, expect, it } from 'vitest';
import {
  addPerson,
  addStream,
  createWorld,
  edit,
  post,
} from '../../../../local/symphony/world.ts';
import type { MessageQuery } from '../../../../shared/connectors/symphony/client.ts';
import type { Place } from '../../../../shared/connectors/symphony/cursor.ts';
import { readPortion } from '../../../../shared/connectors/symphony/portions.ts';
import { createRosters } from '../../../../shared/connectors/symphony/rosters.ts';
import { createStreamReader } from '../../../../shared/connectors/symphony/streams.ts';
import { createFakeClock, createFakeLog, createFakeState } from '../fakes.ts';
import { itemSaying, minutesAgo, now, openBench } from './harness.ts';

function stage() {
  const world = createWorld({ seed: 'paging' });
  const ann = addPerson(world, { name: 'Ann', address: 'ann@example.com' });
  const room = addStream(world, { name: 'Room', creator: ann });
  const say = (count: number, at: (index: number) => Date) => {
    const first = world.messages.length;
    for (let index = 0; index < count; index++) {
      post(world, room, ann, { at: at(index), text: `Message ${first + index}.` });
    }
  };
  return { world, ann, room, say };
}

describe('a long stream', () => {
  it('gives each message once, over pages that have their newest first', async () => {
    const { world, say } = stage();
    say(1200, (index) => new Date(+minutesAgo(600) + Math.floor(index / 7)));
    await using bench = await openBench({ world });
    const { items, available, pages } = await bench.run({ limits: { items: 130 } });
    expect(new Set(items.map(({ text }) => text)).size).toBe(1200);
    expect(items).toHaveLength(1200);
    expect(available).toBe(1200);
    expect(Math.max(...pages.map(({ records }) => records.length))).toBe(130);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('gives each message once where more than a page is of one millisecond', async () => {
    const { world, say } = stage();
    say(3, (index) => minutesAgo(90 - index));
    say(1300, () => minutesAgo(60));
    say(3, (index) => minutesAgo(30 - index));
    await using bench = await openBench({ world });
    const { items, available } = await bench.run();
    expect(new Set(items.map(({ text }) => text)).size).toBe(1306);
    expect(available).toBe(1306);
  });

  it('ends before the window does, to the millisecond', async () => {
    const { world, say } = stage();
    const times = [-1, 0, 3_599_999, 3_600_000];
    say(4, (index) => new Date(+minutesAgo(120) + (times[index] ?? 0)));
    await using bench = await openBench({ world });
    const window = { from: minutesAgo(120), to: minutesAgo(60) };
    const { items } = await bench.run({ window });
    expect(items.map(({ text }) => text)).toEqual(['Message 1.', 'Message 2.']);
  });

  it('has its originals archived before their edits', async () => {
    const { world, ann, room, say } = stage();
    const message = post(world, room, ann, { at: minutesAgo(100), text: 'Original.' });
    say(600, () => minutesAgo(90));
    edit(world, message, { at: minutesAgo(10), text: 'Edited.' });
    await using bench = await openBench({ world });
    const { items } = await bench.run({ limits: { items: 100 } });
    expect(itemSaying(items, 'Edited.').quote?.text).toBe('Original.');
  });
});

it('begins a page of the list again where the stream that came next is not listed any more', async () => {
  const { world, ann, room, say } = stage();
  const other = addStream(world, { name: 'Other', creator: ann });
  post(world, other, ann, { at: minutesAgo(100), text: 'In the other.' });
  say(700, (index) => minutesAgo(800 - index));
  await using bench = await openBench({ world });
  const { items } = await bench.run({
    limits: { items: 550 },
    beforePage: (number) => {
      if (number !== 2) return;
      bench.restart();
      world.streams = world.streams.filter((stream) => stream !== room);
    },
  });
  expect(itemSaying(items, 'In the other.')).toBeDefined();
});

it('comes to an end where the agent skips nothing', async () => {
  const at = +now - 1000;
  const all = Array.from({ length: 500 }, (_, index) => ({
    ...{ messageId: `m${index}`, timestamp: at },
  }));
  const asked: number[] = [];
  const client = {
    messages: async (_: string, { since }: { since: number }) => {
      asked.push(since);
      return since <= at ? all : [];
    },
  };
  const found = new Set<unknown>();
  let place: Parameters<typeof readPortion>[1]['place'] | undefined = {
    ...{ since: at - 10, skip: 0, seen: [] },
  };
  while (place) {
    const query = { streamId: 's', place, before: +now, until: undefined };
    const portion = await readPortion(client, query);
    for (const message of portion.messages) found.add(message);
    place = portion.next;
  }
  expect(found.size).toBe(500);
  expect(asked.length).toBeLessThan(6);
});

/** It has a list, and gives all of it whatever is to be skipped, without counting it. */
const stubborn = (all: unknown[]) => {
  let asked = 0;
  return async () => {
    if (++asked > 5) throw new Error('It is asked for ever.');
    return all;
  };
};

it('comes to an end where the pod skips no streams and counts none', async () => {
  const streams = stubborn([{ id: 's', type: 'ROOM' }]);
  const client = { streams: async () => ({ streams: await streams() }) };
  const read = createStreamReader(client, createFakeLog(), 'SYMPHONY_');
  const found: string[] = [];
  for (let skip: number | undefined = 0; skip !== undefined; ) {
    const page = await read('run', skip, new Date(0), undefined);
    found.push(...page.due.map(({ id }) => id));
    skip = page.next;
  }
  expect(found).toEqual(['s']);
});

it('comes to an end where the pod skips no members and counts none', async () => {
  const members = stubborn([{ id: 7, joinDate: 0 }]);
  const client = { members: async () => ({ members: await members() }) };
  const deps = {
    ...{ state: createFakeState(), clock: createFakeClock(now), log: createFakeLog() },
  };
  const info = { id: 's', type: 'ROOM' };
  const query = { runId: 'run', info, seenSince: now, until: undefined };
  const roster = await createRosters(client, deps).get(query);
  expect(roster?.stays.map(({ id }) => id)).toEqual(['7']);
});

/** What answers when messages are asked for. */
interface Agent {
  client: Parameters<typeof readPortion>[0];
}

describe('an agent that gives fewer messages at a time than it is asked for', () => {
  const begin = +now - 60_000;
  const timesOf = (count: number) =>
    Array.from({ length: count }, (_, index) => begin + Math.floor(index / 7) * 10);

  function cappedAgent(times: number[], most: number) {
    const all = times.map((timestamp, index) => ({ messageId: `m${index}`, timestamp }));
    const asked: MessageQuery[] = [];
    const messages = async (_: string, query: MessageQuery) => {
      asked.push(query);
      const { since, until, skip } = query;
      const found = all.filter(({ timestamp: at }) => at >= since && at <= until);
      return found.slice(skip, skip + most).reverse();
    };
    return { asked, client: { messages } };
  }

  async function readAll({ client }: Agent, lastMessageAt?: number) {
    const found: unknown[] = [];
    let place: Place | undefined = { since: begin, skip: 0, seen: [] };
    while (place) {
      const query = {
        streamId: 's',
        place,
        before: +now,
        lastMessageAt,
        until: undefined,
      };
      const portion = await readPortion(client, query);
      found.push(...portion.messages);
      place = portion.next;
    }
    return found;
  }

  it.each([1, 2, 3, 10, 50])('is read to the end, %i at a time', async (most) => {
    const agent = cappedAgent(timesOf(60), most);
    const found = await readAll(agent);
    expect(found).toHaveLength(60);
    expect(new Set(found).size).toBe(60);
  });

  it('is asked no more once it gave what the list of streams names as the last message', async () => {
    const agent = cappedAgent([begin, begin + 5], 500);
    expect(await readAll(agent, begin + 5)).toHaveLength(2);
    expect(agent.asked).toHaveLength(1);
  });

  it('is asked once more where nobody names the last message', async () => {
    const agent = cappedAgent([begin, begin + 5, begin + 5], 500);
    expect(await readAll(agent)).toHaveLength(3);
    expect(agent.asked.map(({ skip }) => skip)).toEqual([0, 2]);
  });

  it('comes to an end where it gives the same page whatever is asked', async () => {
    const page = timesOf(9).map((timestamp, index) => ({
      messageId: `m${index}`,
      timestamp,
    }));
    const timeless = { messageId: 'timeless' };
    const agent = { client: { messages: async () => [...page, timeless] } };
    expect(new Set(await readAll(agent)).size).toBe(10);
  });
});
