import { expect, test } from 'vitest';
import { samplePeople as webexPeople } from '../../../local/webex/sampleWorld.ts';
import archiveFiles from '../../../local/zoom/samples/archiveFiles.json' with {
  type: 'json',
};
import historyMeetings from '../../../local/zoom/samples/historyMeetings.json' with {
  type: 'json',
};
import { samplePeople, sampleWorld } from '../../../local/zoom/sampleWorld.ts';
import { ago, now } from './visitor.ts';

test('the sample data holds every kind of item, all within the last 20 hours', () => {
  const { meetings } = sampleWorld({ now });
  const messages = meetings.flatMap((meeting) => meeting.messages);
  expect(new Set(messages.map(({ type }) => type))).toEqual(
    new Set([1, 2, 3, 4, 5, 6, 7]),
  );
  const audiences = new Set(messages.map(({ audience }) => audience.to));
  expect(audiences).toEqual(new Set(['everyone', 'person', 'group', 'hosts']));
  const types = new Set(meetings.flatMap(({ files }) => files.map(({ type }) => type)));
  for (const type of [
    'MP4',
    'M4A',
    'TRANSCRIPT',
    'CC',
    'TIMELINE',
    'CSV',
    'TB',
    'SUMMARY',
    'AIC_COVERSATION',
  ]) {
    expect(types).toContain(type);
  }
  expect(meetings.some(({ isBreakout }) => isBreakout)).toBe(true);
  expect(meetings.every(({ start, end }) => start > ago(1200) && end < now)).toBe(true);
});

test("the vendor's own meetings are in it", () => {
  const uuids = sampleWorld({ now }).meetings.map(({ uuid }) => uuid);
  expect(uuids).toContain(historyMeetings.history_meetings[0]?.meeting_uuid);
  expect(uuids).toContain(archiveFiles.meetings[0]?.uuid);
});

test('the same time makes the same world, and another time the same ids', () => {
  const ids = (time: Date) =>
    sampleWorld({ now: time }).meetings.flatMap(({ uuid, files, messages }) => [
      ...[uuid, ...files.map(({ id }) => id), ...messages.map(({ id }) => id)],
    ]);
  expect(ids(now)).toEqual(ids(ago(5000)));
  expect(new Set(ids(now)).size).toBe(ids(now).length);
});

test('people who are in the sample data of Webex, too, have the same addresses', () => {
  const ours = new Map(samplePeople().map(({ name, address }) => [name, address]));
  const same = webexPeople().filter(({ name }) => ours.has(name));
  expect(same.length).toBeGreaterThanOrEqual(8);
  for (const { name, address } of same) expect(ours.get(name)).toBe(address);
});
