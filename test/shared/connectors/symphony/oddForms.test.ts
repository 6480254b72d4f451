import { describe, expect, test } from 'vitest';
import { openBench } from '../../../mutations/campaign.ts';
import { playChanged } from '../../../mutations/playChanged.ts';
import { symphonyMutations } from '../../../mutations/subjects/symphony.ts';

const bench = await openBench(symphonyMutations);
const messages = /\/agent\/v4\/stream\//;

describe('Symphony', () => {
  test.each([0, 8.64e15])(
    'that dates a message %s, when nobody wrote, has it reported',
    async (time) => {
      const { rows } = await playChanged(bench, messages, (text) =>
        text.replace(/"timestamp":\d+/, `"timestamp":${time}`),
      );
      expect(rows).toMatchObject([
        { reason: expect.stringContaining('could not be read') },
      ]);
    },
  );

  test('that misspells an address in one message takes no copy from its owner', async () => {
    const { emails } = await playChanged(bench, messages, (text) =>
      text.replace('"email":"zoe@example.com"', '"email":"zoe@exam\\u0000ple"'),
    );
    const readers = [...emails.values()].map(({ mailboxes }) => mailboxes);
    const before = [...bench.calm.ending.emails.values()].map(
      ({ mailboxes }) => mailboxes,
    );
    expect(readers).toEqual(before);
  });

  test('that lists a stream whose id is no text stops no other', async () => {
    const { crash, emails } = await playChanged(bench, /streams\/list/, (text) =>
      text.replace(/"id":"([^"]*)"/, '"id":"$1\\ud800"'),
    );
    expect(crash).toBeUndefined();
    expect(emails.size).toBeGreaterThan(5);
  });
});
