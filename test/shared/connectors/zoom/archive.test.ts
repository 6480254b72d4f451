import { describe, expect, it } from 'vitest';
import {
  addFile,
  addGroup,
  addMeeting,
  join,
  say,
} from '../../../../local/zoom/world.ts';
import {
  addressesOf,
  createStage,
  itemSaying,
  minutesAgo,
  openBench,
} from './harness.ts';

describe('a meeting of the archive', () => {
  it('is one email to everyone who was there, with its files and its public chat', async () => {
    const { world, ann, ben, cat } = createStage();
    const start = minutesAgo(180);
    const meeting = addMeeting(world, {
      host: ann,
      start,
      topic: 'Plans',
      people: [ann],
    });
    join(meeting, ben, { from: 2, to: 10 });
    join(meeting, ben, { from: 12 });
    join(meeting, cat, { isWaiting: true });
    join(meeting, { name: 'Phone' });
    say(meeting, ann, 'Hello all.');
    say(meeting, ben, 'Hello\nAnn.');
    addFile(meeting, 'MP4');
    addFile(meeting, 'TRANSCRIPT');
    await using bench = await openBench({ world });
    const { items, failed } = await bench.run();
    expect(failed).toBeUndefined();
    expect(items).toHaveLength(1);
    const [item] = items;
    if (!item) throw new Error('There is none.');
    expect(addressesOf(item)).toEqual([
      'ann@example.com',
      'ben@example.com',
      expect.stringMatching(/^guest-/),
    ]);
    expect(item.conversation.name).toBe('Plans');
    expect(item.author).toMatchObject({ address: 'ann@example.com' });
    expect(item.text).toBe(
      [
        'Meeting: Plans',
        `Meeting ID: ${meeting.number}`,
        'Host: Ann <ann@example.com>',
        'Began: 2026-03-10 09:00:00 UTC',
        'Ended: 2026-03-10 09:30:00 UTC',
        '',
        'Participants (3)',
        '- Ann <ann@example.com>: 09:00:00–09:30:00 UTC',
        '- Phone: 09:00:00–09:30:00 UTC',
        '- Ben <ben@example.com>: 09:02:00–09:10:00 UTC, 09:12:00–09:30:00 UTC',
        '',
        'Chat',
        '[09:00:10] Ann: Hello all.',
        '[09:00:20] Ben: Hello',
        '    Ann.',
      ].join('\n'),
    );
    expect(item.files.map(({ name }) => name)).toEqual([
      'shared screen with speaker view.mp4',
      'audio transcript.vtt',
    ]);
    expect(bench.simulated.violations).toEqual([]);
    bench.clock.advance(60_000);
    expect((await bench.run()).items).toEqual([]);
  });

  it('gives what was not to everyone to those who had it', async () => {
    const { world, ann, ben, cat } = createStage();
    const people = [ann, ben, cat];
    const meeting = addMeeting(world, { host: ann, start: minutesAgo(180), people });
    const group = addGroup(meeting, [ben, cat]);
    say(meeting, ann, 'For all.');
    say(meeting, ben, 'For Cat.', { audience: { to: 'person', person: cat } });
    say(meeting, cat, 'For the group.', { audience: { to: 'group', group } });
    say(meeting, cat, 'For hosts.', { audience: { to: 'hosts' } });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    expect(items).toHaveLength(4);
    const whole = items.find(({ itemId }) => itemId === meeting.uuid);
    expect(whole?.text).toContain('For all.');
    expect(whole?.text).not.toMatch(/For Cat|For the group|For hosts/);
    expect(addressesOf(itemSaying(items, 'For Cat.'))).toEqual([
      'ben@example.com',
      'cat@example.com',
    ]);
    expect(addressesOf(itemSaying(items, 'For the group.'))).toEqual([
      'ben@example.com',
      'cat@example.com',
    ]);
    const hosts = itemSaying(items, 'For hosts.');
    expect(addressesOf(hosts)).toEqual(['ann@example.com', 'cat@example.com']);
    expect(hosts.audienceUnknown).toBe(true);
  });
});
