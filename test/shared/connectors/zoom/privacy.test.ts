import { describe, expect, it } from 'vitest';
import {
  addFile,
  addGroup,
  addMeeting,
  join,
  type SimMeeting,
  say,
  shareFile,
} from '../../../../local/zoom/world.ts';
import type { ArchiveItem } from '../../../../shared/archive/state/item.ts';
import {
  addressesOf,
  createStage,
  itemSaying,
  minutesAgo,
  openBench,
} from './harness.ts';

const [annAt, benAt, catAt] = ['ann', 'ben', 'cat'].map((name) => `${name}@example.com`);

function createMeeting(options: Partial<SimMeeting> = {}) {
  const stage = createStage();
  const { world, ann, ben, cat } = stage;
  const people = [ann, ben, cat];
  const meeting = addMeeting(world, {
    ...{ host: ann, start: minutesAgo(180), people },
    ...options,
  });
  return { ...stage, meeting };
}

const wholeOf = (items: ArchiveItem[], { uuid }: SimMeeting): ArchiveItem => {
  const found = items.find(({ itemId, event }) => itemId === uuid && event === 'created');
  if (!found) throw new Error('The meeting is not there.');
  return found;
};

describe('a private message', () => {
  it('is edited and deleted among those who had it', async () => {
    const { world, ben, cat, meeting } = createMeeting();
    const audience = { to: 'person' as const, person: cat };
    const first = say(meeting, ben, 'The first.', { audience });
    say(meeting, ben, 'The second.', { type: 6, about: first.id, audience });
    say(meeting, ben, '', { type: 3, about: first.id, audience });
    say(meeting, cat, 'Well.', {
      type: 7,
      about: first.id,
      audience: { to: 'person', person: ben },
    });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const original = itemSaying(items, 'The first.');
    const edit = itemSaying(items, 'The second.');
    const deletion = items.find(({ event }) => event === 'deleted');
    for (const item of [original, edit, deletion, itemSaying(items, 'Well.')]) {
      expect(item && addressesOf(item)).toEqual([benAt, catAt]);
    }
    expect(edit).toMatchObject({
      changesKey: original.key,
      quote: { text: 'The first.' },
    });
    expect(deletion).toMatchObject({
      changesKey: original.key,
      quote: { text: 'The first.' },
    });
    expect(itemSaying(items, 'Well.').parentKey).toBe(original.key);
    expect(wholeOf(items, meeting).text).not.toMatch(/first|second|Well/i);
  });

  it('is reacted to in private', async () => {
    const { world, ben, cat, meeting } = createMeeting();
    const secret = say(meeting, ben, 'A secret.', {
      audience: { to: 'person', person: cat },
    });
    say(meeting, cat, '👍', { type: 4, id: secret.id });
    say(meeting, cat, '🎉', { type: 4, id: 'of its own' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'Reacted: 👍'))).toEqual([benAt, catAt]);
    expect(wholeOf(items, meeting).text).not.toContain('👍');
    expect(wholeOf(items, meeting).text).toContain('Cat (reacted): 🎉');
  });

  it('to somebody outside goes to the one of ours alone', async () => {
    const { world, ben, meeting } = createMeeting();
    const guest = { name: 'Guest', typed: catAt };
    join(meeting, guest);
    say(meeting, ben, 'For you.', { audience: { to: 'person', person: guest } });
    say(meeting, guest, 'And for you.', { audience: { to: 'person', person: ben } });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const addresses = (text: string) =>
      itemSaying(items, text).participants.flatMap(({ address }) => address ?? []);
    expect(addresses('For you.')).toEqual([benAt]);
    expect(addresses('And for you.')).toEqual([benAt]);
    expect(itemSaying(items, 'And for you.').author.address).toBeUndefined();
  });

  it('is what its digits leave open: to its author and the catch-all', async () => {
    const { world, ben, meeting } = createMeeting();
    for (const [index, digits] of [
      '010201000900',
      '010101000x00',
      '030301000100',
      '010301000100',
    ].entries()) {
      say(meeting, ben, `Doubtful ${index}.`, { digits });
    }
    say(meeting, ben, 'Of a new kind.', { type: 42, digits: '010101000800' });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items).toHaveLength(6);
    for (const item of items.filter(({ itemId }) => itemId !== meeting.uuid)) {
      expect(addressesOf(item)).toEqual([benAt]);
      expect(item.audienceUnknown).toBe(true);
    }
    expect(wholeOf(items, meeting).text).not.toMatch(/Doubtful|new kind/);
  });

  it('of the text form goes to the two whose names are told, if they are told apart', async () => {
    const { world, ben, cat, meeting } = createMeeting({ chat: 'txt' });
    const twin = { name: 'Cat' };
    say(meeting, ben, 'For all.');
    say(meeting, ben, 'For Cat.', { audience: { to: 'person', person: cat } });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'For Cat.'))).toEqual([benAt, catAt]);
    expect(wholeOf(items, meeting).text).toContain('For all.');

    const other = createMeeting({ chat: 'txt' });
    join(other.meeting, twin);
    say(other.meeting, other.ben, 'For a Cat.', {
      audience: { to: 'person', person: other.cat },
    });
    await using second = await openBench({ world: other.world });
    const item = itemSaying((await second.run()).items, 'For a Cat.');
    expect(addressesOf(item)).toEqual([benAt]);
    expect(item.audienceUnknown).toBe(true);
  });
});

describe('a group', () => {
  it('is who was in it when it was said', async () => {
    const { world, ann, ben, cat, meeting } = createMeeting();
    const group = addGroup(meeting, [ann, ben, cat]);
    group.members = [
      { person: ann, from: 0, to: 1000 },
      { person: ben, from: 0, to: 20 },
      { person: cat, from: 21, to: 1000 },
    ];
    say(meeting, ann, 'To the group.', { second: 30, audience: { to: 'group', group } });
    await using bench = await openBench({ world });
    expect(addressesOf(itemSaying((await bench.run()).items, 'To the group.'))).toEqual([
      annAt,
      catAt,
    ]);
  });

  it('that no log tells of leaves the author and the catch-all', async () => {
    const { world, ann, meeting } = createMeeting();
    const group = addGroup(meeting, []);
    say(meeting, ann, 'To the group.', { audience: { to: 'group', group } });
    meeting.groups.length = 0;
    await using bench = await openBench({ world });
    const item = itemSaying((await bench.run()).items, 'To the group.');
    expect(addressesOf(item)).toEqual([annAt]);
    expect(item.audienceUnknown).toBe(true);
  });
});

describe('who was only in the waiting room', () => {
  it('gets nothing at all', async () => {
    const { world, ann, ben, cat } = createStage();
    const meeting = addMeeting(world, {
      host: ann,
      start: minutesAgo(180),
      people: [ann, ben],
    });
    join(meeting, cat, { isWaiting: true });
    say(meeting, cat, 'Let me in.', { audience: { to: 'hosts' } });
    say(meeting, ann, 'One moment.', { audience: { to: 'waitingRoom' } });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items).toHaveLength(3);
    for (const item of items) expect(addressesOf(item)).not.toContain(catAt);
    expect(addressesOf(itemSaying(items, 'Let me in.'))).toEqual([annAt]);
  });
});

describe('a breakout room', () => {
  it('is for those who were in it, and each message for those who were there then', async () => {
    const { world, ann, ben, cat, meeting } = createMeeting();
    const start = minutesAgo(170);
    const room = addMeeting(world, {
      ...{ host: ann, start, minutes: 10, isBreakout: true, parent: meeting.uuid },
      people: [ben],
    });
    join(room, cat, { from: 5 });
    say(room, ben, 'Am I alone?', { second: 60 });
    say(room, ben, 'Not any more.', { second: 400 });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(addressesOf(wholeOf(items, room))).toEqual([benAt, catAt]);
    expect(wholeOf(items, room).text).not.toContain('alone');
    expect(addressesOf(itemSaying(items, 'Am I alone?'))).toEqual([benAt]);
    expect(addressesOf(itemSaying(items, 'Not any more.'))).toEqual([benAt, catAt]);
    expect(wholeOf(items, meeting).text).not.toContain('alone');
  });

  it('is found in the main meeting by who was where', async () => {
    const { world, ann, ben, cat } = createStage();
    const meeting = addMeeting(world, {
      host: ann,
      start: minutesAgo(180),
      people: [ann],
    });
    join(meeting, ben, { room: 'room-1' });
    join(meeting, cat, { room: 'room-1', from: 5 });
    const dan = { name: 'Dan' };
    join(meeting, dan, { room: 'room-2' });
    say(meeting, ben, 'In the room.', { digits: '030301000100', second: 400 });
    await using bench = await openBench({ world, quirks: { onlyReports: true } });
    expect(addressesOf(itemSaying((await bench.run()).items, 'In the room.'))).toEqual([
      benAt,
      catAt,
    ]);
  });
});

describe('a file', () => {
  it('that was shared with some follows their message, and one for all the meeting', async () => {
    const { world, ben, cat, meeting } = createMeeting();
    say(meeting, ben, 'For all.', { files: [{ name: 'open.txt', content: 'open' }] });
    const audience = { to: 'person' as const, person: cat };
    say(meeting, ben, 'For Cat.', {
      audience,
      files: [{ name: 'secret.txt', content: 'secret' }],
    });
    shareFile(meeting, 'nobody knows.txt', 'lost');
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const names = (item: ArchiveItem) => item.files.map(({ name }) => name);
    expect(names(wholeOf(items, meeting))).toEqual(['open.txt']);
    expect(names(itemSaying(items, 'For Cat.'))).toEqual(['secret.txt']);
    const lost = items.find(({ files }) => files[0]?.name === 'nobody knows.txt');
    expect(lost).toMatchObject({ participants: [], audienceUnknown: true });
  });

  it("that is one participant's own, or their talk with the AI, goes to that one alone", async () => {
    const { world, ben, cat, meeting } = createMeeting();
    addFile(meeting, 'MP4');
    addFile(meeting, 'M4A', { owner: ben });
    addFile(meeting, 'AIC_COVERSATION', { owner: cat });
    addFile(meeting, 'M4A', { owner: { name: 'Guest' } });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const own = items.filter(({ itemId }) => itemId !== meeting.uuid);
    expect(own.map(addressesOf).sort()).toEqual([[], [benAt], [catAt]]);
    expect(
      own.find(({ participants }) => participants.length === 0)?.audienceUnknown,
    ).toBe(true);
    expect(wholeOf(items, meeting).files).toHaveLength(1);
  });

  it('that holds the chat is never attached, whosever it is and in whatever form', async () => {
    for (const chat of ['json', 'txt'] as const) {
      const { world, ben, cat, meeting } = createMeeting({ chat });
      say(meeting, ben, 'For Cat.', { audience: { to: 'person', person: cat } });
      addFile(meeting, 'CHAT', {
        extension: 'XML',
        content: Buffer.from('<a>For Cat.</a>'),
      });
      addFile(meeting, 'CHAT_MESSAGE', { extension: 'JSON', owner: ben });
      await using bench = await openBench({ world });
      const { items } = await bench.run();
      for (const item of items) {
        expect(item.files).toEqual([]);
        if (item.itemId === meeting.uuid) expect(item.text).not.toContain('For Cat.');
      }
    }
  });

  it('goes to the host alone where that is the setting', async () => {
    const { world, meeting } = createMeeting();
    addFile(meeting, 'MP4');
    addFile(meeting, 'TRANSCRIPT');
    await using bench = await openBench({ world, settings: { FILES_TO: 'host' } });
    const { items } = await bench.run();
    expect(wholeOf(items, meeting).files).toEqual([]);
    expect(addressesOf(wholeOf(items, meeting))).toEqual([annAt, benAt, catAt]);
    const files = items.filter(({ files }) => files.length > 0);
    expect(files.map(addressesOf)).toEqual([[annAt], [annAt]]);
    bench.clock.advance(60_000);
    expect((await bench.run()).items).toEqual([]);
  });
});

describe('the people of a meeting', () => {
  it.each([
    ['all from outside', [{ name: 'Eve', typed: annAt }, { name: 'Fay' }]],
    ['five thousand', Array.from({ length: 5000 }, (_, at) => ({ name: `Guest ${at}` }))],
  ])('may be %s', async (_, guests) => {
    const { world, ann } = createStage();
    addMeeting(world, { host: ann, start: minutesAgo(180), people: guests });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items).toHaveLength(1);
    expect(items[0]?.participants).toHaveLength(guests.length);
    expect(items[0]?.participants.every(({ address }) => address === undefined)).toBe(
      true,
    );
  });

  it('are the host and the catch-all where Zoom tells nobody', async () => {
    const { world, meeting } = createMeeting({ hasNoRoster: true });
    say(meeting, createStage().ben, 'Who is here?');
    await using bench = await openBench({ world });
    const whole = wholeOf((await bench.run()).items, meeting);
    expect(addressesOf(whole)).toEqual([annAt]);
    expect(whole.audienceUnknown).toBe(true);
  });

  it('of a meeting that others host are those who have a file of their own in it', async () => {
    const { world, ben } = createStage();
    const start = minutesAgo(180);
    const meeting = addMeeting(world, {
      start,
      topic: '',
      people: [ben, { name: 'Eve' }],
    });
    addFile(meeting, 'M4A', { owner: ben });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items.map(addressesOf)).toEqual([[benAt], [benAt]]);
    expect(wholeOf(items, meeting).conversation.name).toBe(
      'Zoom meeting of 2026-03-10 09:00 UTC',
    );
  });

  it('are not those whose address a guest gave, whatever a file says', async () => {
    for (const isThere of [false, true]) {
      const { world, ann, ben, cat } = createStage();
      const people = isThere ? [ann, cat] : [ann];
      const meeting = addMeeting(world, { host: ann, start: minutesAgo(180), people });
      join(meeting, { name: 'Eve', typed: 'Cat@Example.com' });
      addFile(meeting, 'M4A', { owner: cat });
      addFile(meeting, 'M4A', { owner: ben });
      await using bench = await openBench({ world });
      const { items } = await bench.run();
      const known = (item: ArchiveItem) =>
        item.participants.flatMap(({ address }) => address ?? []).sort();
      expect(known(wholeOf(items, meeting))).toEqual(
        isThere ? [annAt, benAt, catAt] : [annAt, benAt],
      );
      const own = items.filter(({ itemId }) => itemId !== meeting.uuid);
      expect(own.map(known).sort()).toEqual([[], [benAt]]);
    }
  });

  it('cannot put words into the mouths of others', async () => {
    const { world, ann, meeting } = createMeeting();
    join(meeting, { name: 'Eve: hi\n[09:00:01] Ann' });
    say(meeting, { name: 'Eve\r\n[09:00:02] Ann: I resign' }, 'x');
    say(meeting, ann, 'y\n[09:00:03] Ben: me, too');
    await using bench = await openBench({ world });
    const { text } = wholeOf((await bench.run()).items, meeting);
    const lines = text.split('\n').filter((line) => line.startsWith('['));
    expect(lines).toHaveLength(2);
    expect(lines.some((line) => /^\[[\d:]+\] (Ann: I resign|Ben)/.test(line))).toBe(
      false,
    );
  });
});
