import { describe, expect, test } from 'vitest';
import { eml } from '../../../../local/skype/eml.ts';
import { openBench } from './harness.ts';
import { ann, ben } from './people.ts';

const file = 'eml/sql_lync/session-1.eml';
const withFile = (name: string): string =>
  eml({
    ...{ from: ann, to: [ben], text: 'Buy at nine.' },
    files: [{ name, content: 'The plan.' }],
  }).toString();
const whole = withFile('plan.txt');

async function runWith(content: string) {
  const bench = openBench();
  bench.drop.put(file, content);
  const { items, rejects } = await bench.run();
  return { items, rejects };
}

describe('a session', () => {
  test.each([
    [
      'before its first boundary',
      '--MIME_Boundary\r\nContent-Type: text',
      'Content-Type: text',
    ],
    ['in the header of a part', 'base64\r\n\r\n', 'base64\r\n'],
    ['in the midst of its Base64', 'QnV5IGF0', 'QnV5 <b> IGF0'],
    [
      'behind a boundary that is none',
      '\r\n--MIME_Boundary\r\nContent-Type: app',
      '\r\nContent-Type: app',
    ],
  ])('whose text would be lost %s is rejected, with a reason', async (_, from, to) => {
    const broken = whole.replace(from, to);
    expect(broken).not.toBe(whole);
    const { items, rejects } = await runWith(broken);
    expect(items).toEqual([]);
    expect(rejects).toMatchObject([{ itemId: file }]);
  });

  test('whose boundary has something behind it is read', async () => {
    const { items } = await runWith(
      whole.replace('"MIME_Boundary"', '"MIME_Boundary"xyz'),
    );
    expect(items).toMatchObject([
      { text: 'Buy at nine.', files: [{ name: 'plan.txt' }] },
    ]);
  });

  test('with a file called like a property of every object stops no other', async () => {
    const { items } = await runWith(withFile('constructor'));
    expect(items).toMatchObject([{ files: [{ name: 'constructor' }] }]);
  });
});
