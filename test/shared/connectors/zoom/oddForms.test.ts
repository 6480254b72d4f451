import { describe, expect, test } from 'vitest';
import { openBench } from '../../../mutations/campaign.ts';
import { playChanged } from '../../../mutations/playChanged.ts';
import { zoomMutations } from '../../../mutations/subjects/zoom.ts';

const bench = await openBench(zoomMutations);
const list = /\/archive_files\?/;
const meeting = 'gm8s9L+PTEC+FG3sFbd1Cw==';
const { inputs } = bench.samples;

describe('Zoom', () => {
  test('that gives a list that is none is not taken for empty', async () => {
    const { fault } = await playChanged(bench, list, () => '{"meetings":"many"}');
    expect(fault).toMatch(/gave a list that is none\.$/);
  });

  test('that lists a file in an odd form says so in the email of its meeting', async () => {
    const { emails } = await playChanged(bench, list, (text) =>
      text.replace(/"archive_files":\[\{"id":"[^"]*"/, '"archive_files":[{"id":{}'),
    );
    const found = [...emails.values()].find(({ item }) => item.itemId === meeting);
    expect(found?.item.partial).toMatch(/^Zoom listed 1 of its files in a form/);
  });

  test.each(['9999-12-31T00:00:00Z', '12/31/2025 5:04 PM'])(
    'that says that a meeting was complete at %s has it archived all the same',
    async (time) => {
      const { emails } = await playChanged(bench, list, (text) =>
        text.replace(/"complete_time":"[^"]*"/, `"complete_time":"${time}"`),
      );
      expect(emails.size).toBe(bench.calm.ending.emails.size);
    },
  );

  test('that tells a length that no meeting has stops no other', async () => {
    const { crash, emails } = await playChanged(bench, list, (text) =>
      text.replace(/"duration_in_second":\d+/, '"duration_in_second":8.64e15'),
    );
    expect(crash).toBeUndefined();
    expect(emails.size).toBeGreaterThan(10);
  });

  test('that tells an id that is no text stops no other', async () => {
    const { crash, emails } = await playChanged(bench, list, (text) =>
      text.replace(meeting, 'gm8s9\\ud800'),
    );
    expect(crash).toBeUndefined();
    expect(emails.size).toBeGreaterThan(10);
  });

  test('that puts somebody into a place that nobody knows gives them nothing', async () => {
    const waiting = inputs.find(({ bytes }) => bytes.includes('in_waiting_room'));
    const id = encodeURIComponent(meeting);
    expect(waiting?.name).toContain(id);
    const { emails } = await playChanged(
      bench,
      new RegExp(`${id}/participants`),
      (text) => text.replace('in_waiting_room', 'in_brand_new_room'),
    );
    const before = [...bench.calm.ending.emails].map(([key, { mailboxes }]) => [
      key,
      mailboxes,
    ]);
    expect([...emails].map(([key, { mailboxes }]) => [key, mailboxes])).toEqual(before);
  });

  test('whose log of a group is odd sends what was said there to the catch-all', async () => {
    const log = inputs.find(({ bytes }) => bytes.includes('"private_group"'));
    const { emails } = await playChanged(
      bench,
      new RegExp(log?.name.split('/').at(-1) ?? ''),
      (text) => text.replace(/"actions":\[/, '"actions":[17,'),
    );
    const said = [...emails.values()].find(({ says }) => says.includes('Our own view'));
    expect(said?.mailboxes).toContain('catch-all@example.com');
    expect(said?.mailboxes).not.toContain('zoe@example.com');
  });
});
