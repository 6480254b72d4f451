import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  addChat,
  addEvent,
  addFile,
  addNote,
  addRecord,
  addTask,
  change,
  post,
  remove,
} from '../../../../local/ringcentral/world.ts';
import type { ArchiveItem } from '../../../../shared/archive/state/item.ts';
import { composeEmail } from '../../../../shared/email/compose.ts';
import {
  addressesOf,
  ann,
  ben,
  cat,
  itemSaying,
  minutesAgo,
  now,
  openBench,
  stage,
} from './harness.ts';

describe('a post', () => {
  it('becomes an email to those who are in its chat', async () => {
    const { world, a, b, chat } = stage();
    const first = post(world, chat, a, { at: minutesAgo(60), text: 'Hello' });
    post(world, chat, b, { at: minutesAgo(50), text: 'Hi', inReplyTo: first });
    await using bench = await openBench({ world });
    const { items, failed } = await bench.run();
    expect(failed).toBeUndefined();
    const [hello, hi] = [itemSaying(items, 'Hello'), itemSaying(items, 'Hi')];
    expect(hello).toMatchObject({
      ...{ event: 'created', at: minutesAgo(60), itemId: String(first.json.id) },
      ...{ author: { name: 'Ann', address: ann } },
      conversation: { id: chat.id, name: 'Plans' },
    });
    expect(addressesOf(hello)).toEqual([ann, ben]);
    expect(hi.parentKey).toBe(hello.key);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('names whom it mentions, and loses its marks', async () => {
    const { world, a, b, c, chat } = stage();
    const text = `![:Person](${b.id}) and ![:Person](${c.id}): **read** [this](https://x.example/a_b_c) in ![:Team](${chat.id})`;
    post(world, chat, a, { at: minutesAgo(60), text });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const item = itemSaying(
      items,
      '@Ben and @Cat: read this (https://x.example/a_b_c) in @Plans',
    );
    expect(item.html).toContain('<a href="https://x.example/a_b_c">this</a>');
    expect(addressesOf(item)).toEqual([ann, ben]);
  });

  it('without a text tells what it shows', async () => {
    const { world, a, b, chat } = stage();
    const at = minutesAgo(60);
    const task = addTask(world, [chat], a, { at, subject: 'Buy', assignees: [b] });
    const card = { attachments: [{ id: '77', type: 'Unknown' }] };
    post(world, chat, a, { at, shows: [task] });
    post(world, chat, b, { at, more: card });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const notes = items.filter(({ text }) => text === '').map((item) => item.notes);
    expect(notes).toEqual([
      ['Task: Buy'],
      ["A card or link that RingCentral's export does not describe (77)."],
    ]);
  });

  it('that was edited since it was archived is an email of its own', async () => {
    const { world, a, chat } = stage();
    const said = post(world, chat, a, { at: minutesAgo(60), text: 'tipo' });
    await using bench = await openBench({ world });
    const [first] = (await bench.run()).items;
    change(said, minutesAgo(5), { text: 'typo' });
    const { items } = await bench.run();
    expect(items).toMatchObject([
      {
        ...{ event: 'edited', text: 'typo', at: minutesAgo(5) },
        ...{ changesKey: first?.key, quote: { text: 'tipo' } },
      },
    ]);
    expect((await bench.run()).items).toEqual([]);
  });

  it('that was edited before it was first seen is one email, of its last state', async () => {
    const { world, a, chat } = stage();
    const said = post(world, chat, a, { at: minutesAgo(60), text: 'tipo' });
    change(said, minutesAgo(5), { text: 'typo' });
    await using bench = await openBench({ world });
    expect((await bench.run()).items).toMatchObject([{ event: 'edited', text: 'typo' }]);
    expect((await bench.run()).items).toEqual([]);
  });

  it('that was deleted tells those who got it, and quotes it', async () => {
    const { world, a, chat } = stage();
    const [said, other] = ['oops', 'gone'].map((text) =>
      post(world, chat, a, { at: minutesAgo(60), text }),
    );
    if (!said || !other) throw new Error('Nothing was said.');
    remove(other, minutesAgo(59));
    await using bench = await openBench({ world });
    const first = await bench.run();
    expect(first.items).toHaveLength(2);
    remove(said, minutesAgo(1));
    const { items } = await bench.run();
    expect(items).toMatchObject([{ event: 'deleted', quote: { text: 'oops' } }]);
    expect(first.items.find(({ event }) => event === 'deleted')).toMatchObject({
      ...{ text: 'The post was deleted.', quote: { text: 'gone' } },
      at: minutesAgo(59),
    });
  });
});

describe('a task', () => {
  it('goes to its chats and to those who have to do it, with all that it says', async () => {
    const { world, a, b, c, person, chat } = stage();
    const other = addChat(world, { name: 'Other', members: [a, person('Dan')] });
    addTask(world, [chat, other], a, {
      ...{ at: minutesAgo(60), subject: 'Ship it', assignees: [b, c] },
      more: {
        ...{ dueDate: '2026-03-12T09:00:00Z', startDate: '2026-03-2T9', section: 'RnD' },
        ...{ description: 'By Friday.', completenessCondition: 'AllAssignees' },
        recurrence: { schedule: 'Weekly', endingCondition: 'Count', endingAfter: 3 },
      },
    });
    await using bench = await openBench({ world });
    const [item] = (await bench.run()).items;
    expect(item && addressesOf(item)).toEqual([ann, ben, cat, 'dan@example.com']);
    expect(item?.text.split('\n')).toEqual([
      'Task: Ship it',
      'Status: Pending',
      'Assignees: Ben (Pending), Cat (Pending)',
      'Completeness: AllAssignees',
      'Start: 2026-03-2T9',
      'Due: 2026-03-12 09:00 UTC',
      'Repeats: Weekly, 3 times',
      'Section: RnD',
      '',
      'By Friday.',
    ]);
  });

  it('of no chat is its author’s, and theirs who have to do it', async () => {
    const { world, a, c } = stage();
    addTask(world, [], a, { at: minutesAgo(60), subject: 'Alone', assignees: [c] });
    await using bench = await openBench({ world });
    const [item] = (await bench.run()).items;
    expect(item && addressesOf(item)).toEqual([ann, cat]);
    expect(item?.conversation.name).toBe('RingCentral: Ann');
    expect(item?.audienceUnknown).toBeUndefined();
  });

  it('that has been done since is one more email', async () => {
    const { world, a, b, chat } = stage();
    const at = minutesAgo(60);
    const task = addTask(world, [chat], a, { at, subject: 'Buy', assignees: [b] });
    await using bench = await openBench({ world });
    await bench.run();
    change(task, minutesAgo(5), { status: 'Completed' });
    const { items } = await bench.run();
    expect(items).toMatchObject([
      { event: 'edited', text: expect.stringContaining('Status: Completed') },
    ]);
  });
});

describe('a note', () => {
  const note = { at: minutesAgo(60), title: 'Minutes', body: '<p>We <b>agree</b>.</p>' };

  it('goes to its chat, as text and as HTML', async () => {
    const { world, a, chat } = stage();
    addNote(world, chat, a, note);
    await using bench = await openBench({ world });
    const item = itemSaying((await bench.run()).items, 'Note: Minutes\n\nWe agree.');
    expect(item.html).toContain('<b>agree</b>');
    expect(addressesOf(item)).toEqual([ann, ben]);
  });

  it('that is a draft goes to its author alone, and is not quoted to the others', async () => {
    const { world, a, chat } = stage();
    const draft = addNote(world, chat, a, { ...note, isDraft: true });
    const shown = post(world, chat, a, { at: minutesAgo(59), shows: [draft] });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const item = itemSaying(items, 'Note: Minutes\n\nWe agree.');
    expect(addressesOf(item)).toEqual([ann]);
    expect(item.audienceUnknown).toBeUndefined();
    const showing = items.find(({ itemId }) => itemId === shown.json.id);
    expect(JSON.stringify(showing)).not.toContain('Minutes');

    change(draft, minutesAgo(5), { status: 'Active', body: 'We all agree.' });
    const { items: published } = await bench.run();
    const edit = itemSaying(published, 'Note: Minutes\n\nWe all agree.');
    expect(addressesOf(edit)).toEqual([ann, ben]);
    expect(edit.quote).toBeUndefined();
    expect(edit.notes?.join()).toContain('not quoted');
  });

  it('that was a draft when it was deleted stays its author’s', async () => {
    const { world, a, chat } = stage();
    remove(addNote(world, chat, a, { ...note, isDraft: true }), minutesAgo(30));
    await using bench = await openBench({ world });
    const [item] = (await bench.run()).items;
    expect(item && addressesOf(item)).toEqual([ann]);
  });

  it('that somebody else changed is from them, and shows who wrote it', async () => {
    const { world, a, b, chat } = stage();
    const record = addNote(world, chat, a, note);
    change(record, minutesAgo(5), { lastModifiedBy: { id: b.id } });
    await using bench = await openBench({ world });
    expect((await bench.run()).items).toMatchObject([
      { event: 'edited', author: { address: ben }, mentioned: [{ address: ann }] },
    ]);
  });
});

describe('a calendar event', () => {
  it('goes to its chat', async () => {
    const { world, a, chat } = stage();
    addEvent(world, chat, a, {
      ...{ at: minutesAgo(60), subject: 'Launch', more: { location: 'Room 7' } },
      ...{ startTime: now, endTime: minutesAgo(-60) },
    });
    await using bench = await openBench({ world });
    const [item] = (await bench.run()).items;
    expect(item?.text).toBe(
      'Event: Launch\nStarts: 2026-03-10 12:00 UTC\nEnds: 2026-03-10 13:00 UTC\nLocation: Room 7',
    );
    expect(item && addressesOf(item)).toEqual([ann, ben]);
  });
});

describe('a file', () => {
  it('that no post has is an item of its own, and others are not', async () => {
    const { world, a, chat } = stage();
    const at = minutesAgo(60);
    addFile(world, chat, a, { at, name: 'lost.txt', content: 'lost' });
    post(world, chat, a, { at, files: [{ name: 'found.txt', content: 'found' }] });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items.map(({ files }) => files.map(({ name }) => name))).toEqual([
      ['found.txt'],
      ['lost.txt'],
    ]);
    expect(itemSaying(items, 'File: lost.txt').conversation.id).toBe(chat.id);
  });
});

describe('what nobody has heard of', () => {
  it('is kept for its author and the catch-all, word for word', async () => {
    const { world, a, chat } = stage();
    const more = { chatId: chat.id, strokes: [1, 2] };
    addRecord(world, 'whiteboards', a, { at: minutesAgo(60), more });
    await using bench = await openBench({ world });
    const [item] = (await bench.run()).items;
    expect(item && addressesOf(item)).toEqual([ann]);
    expect(item?.audienceUnknown).toBe(true);
    expect(item?.text).toContain('"strokes"');
  });

  it('and cannot be read is reported once, and stops nothing', async () => {
    const { world, a, chat } = stage();
    const at = minutesAgo(60);
    post(world, chat, a, { at, text: 'fine' });
    post(world, chat, a, { at, garbled: '{"id":"7","creationTime":"when?"}' });
    post(world, chat, a, { at, garbled: '{"id":}' });
    post(world, chat, a, { at, garbled: '17' });
    await using bench = await openBench({ world });
    const { items, rejects } = await bench.run();
    expect(items).toHaveLength(1);
    expect(rejects).toHaveLength(3);
    expect(rejects.map(({ reason }) => reason).join()).toContain('creationTime');
    expect((await bench.run()).rejects).toEqual([]);
  });
});

describe('an email', () => {
  async function bytesOf(item: ArchiveItem, contents: Map<string, Buffer>) {
    const origin = { connector: 'ringcentral', source: 'ringcentral' };
    const open = async ({ path }: { path: string }) =>
      Readable.from([contents.get(path) ?? Buffer.of()]);
    return (await buffer(composeEmail(item, origin, open))).toString('latin1');
  }

  it('has the same bytes whoever reads the window, however the export is packed', async () => {
    const emails = await Promise.all(
      [{}, { recordsPerFile: 1, datasets: 3 }].map(async (quirks) => {
        const { world, a, b, c, chat } = stage();
        const at = minutesAgo(60);
        post(world, chat, a, { at, text: `![:Person](${b.id}) **Hi**` });
        post(world, chat, b, { at, files: [{ name: 'a.txt', content: 'a' }] });
        addTask(world, [chat], a, { at, subject: 'Buy', assignees: [c] });
        addNote(world, chat, b, { at, title: 'Note', body: '<p>x</p>' });
        await using bench = await openBench({ world, quirks });
        const { items } = await bench.run();
        const { contents } = bench.files;
        return Promise.all(items.map((item) => bytesOf(item, contents)));
      }),
    );
    expect(emails[0]).toHaveLength(4);
    expect(emails[1]?.sort()).toEqual(emails[0]?.sort());
  });
});
