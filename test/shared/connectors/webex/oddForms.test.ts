import { describe, expect, test } from 'vitest';
import { openBench } from '../../../mutations/campaign.ts';
import { playChanged } from '../../../mutations/playChanged.ts';
import { webexMutations } from '../../../mutations/subjects/webex.ts';

const bench = await openBench(webexMutations);
const events = /events\?resource=messages/;

describe('Webex', () => {
  test('that tells a time at which nobody can have said anything is reported', async () => {
    const { rows, emails } = await playChanged(bench, events, (text) =>
      text.replace(/"created":"[^"]*"/, '"created":"9999-12-31T23:59:59.999Z"'),
    );
    expect(rows).toMatchObject([{ reason: expect.stringContaining('created') }]);
    expect(emails.size).toBeGreaterThan(60);
  });

  test('that gives a text as no text loses none of it', async () => {
    const { emails } = await playChanged(bench, events, (text) =>
      text.replace(/"text":"[^"]*"/, '"text":{"brandNew":"Buy at nine."}'),
    );
    const texts = [...emails.values()].map(({ says }) => says);
    expect(texts).toContainEqual(expect.stringContaining('Buy at nine.'));
  });

  test('that gives a file no address holds its place', async () => {
    const withFile = /"files":\["[^"]*"/;
    const { name = '' } =
      bench.samples.inputs.find(
        (one) => /\/messages\//.test(one.name) && withFile.test(one.bytes.toString()),
      ) ?? {};
    const { emails } = await playChanged(
      bench,
      new RegExp(name.split('/').at(-1) ?? ''),
      (text) => text.replace(withFile, '"files":[{}'),
    );
    const missing = [...emails.values()].flatMap(({ item }) => item.missing);
    expect(missing).toContainEqual(
      expect.objectContaining({ reason: 'Webex gave no address for the file.' }),
    );
  });

  test('that gives a list in another form ends the page with a sentence', async () => {
    const { fault, crash } = await playChanged(bench, events, () => '{"items":17}');
    expect(crash).toBeUndefined();
    expect(fault).toMatch(
      /^Webex gave an answer in a form that could not be read \(items\)/,
    );
  });
});
