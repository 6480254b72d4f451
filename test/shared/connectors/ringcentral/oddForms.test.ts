import { describe, expect, test } from 'vitest';
import { openBench } from '../../../mutations/campaign.ts';
import { playChanged } from '../../../mutations/playChanged.ts';
import { ringcentralMutations } from '../../../mutations/subjects/ringcentral.ts';

const bench = await openBench(ringcentralMutations);
const dataset = /\/datasets\//;
const catchAll = 'catch-all@example.com';

const readersOf = async (id: string, from: string | RegExp, to: string) => {
  const { emails } = await playChanged(bench, dataset, (text) => text.replace(from, to));
  return [...emails.values()].find(({ item }) => item.itemId === id)?.mailboxes.sort();
};

describe('RingCentral', () => {
  test('that exports a note of a status that nobody knows shows it to its author alone', async () => {
    const draft = bench.calm.ending.emails.values();
    const author = [...draft].find(({ item }) => item.itemId === '62288329176');
    expect(await readersOf('62288329176', '"Draft"', '"Unpublished"')).toEqual(
      [catchAll, ...(author?.mailboxes ?? [])].sort(),
    );
  });

  test('that exports an item of an odd chat sends it to the catch-all, too', async () => {
    const chats = '"chatIds":["232087558"]';
    expect(await readersOf('62288329184', chats, '"chatIds":[{}]')).toContain(catchAll);
    expect(await readersOf('62288329184', chats, '"chatIds":17')).toContain(catchAll);
  });

  test('that lists a dataset in an odd form has not given its export', async () => {
    const { fault, emails } = await playChanged(bench, /data-export\/[^/]+$/, (text) =>
      text.replace('"datasets":[', '"datasets":[17,'),
    );
    expect(fault).toBe('RingCentral gave no address for an export.');
    expect(emails.size).toBe(0);
  });

  test('that gives a text as no text loses none of it', async () => {
    const { emails } = await playChanged(bench, dataset, (text) =>
      text.replace(/"text":"[^"]*"/, '"text":["Buy at nine."]'),
    );
    const texts = [...emails.values()].map(({ says }) => says);
    expect(texts).toContainEqual(expect.stringContaining('Buy at nine.'));
  });
});
