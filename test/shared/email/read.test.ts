import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEmail } from '../../../shared/email/read.ts';
import { aFile, anItem, compose } from './compositions.ts';

const unreadable = /^The archived email can't be read: .+\.?$/;

async function read(email: Buffer, budget: number) {
  return await readEmail(Readable.from([email], { objectMode: false }), budget);
}

test('attachments keep their content as long as the budget lasts', async () => {
  const files = ['12345', '1234567', '123', '12'].map((content, i) =>
    aFile(`${i}.txt`, content),
  );
  const { attachments } = await read(await compose(anItem({ files })), 10);

  expect(attachments.map(({ content }) => content?.toString())).toEqual([
    '12345',
    undefined,
    '123',
    '12',
  ]);
  expect(attachments.map(({ bytes }) => bytes)).toEqual([5, 7, 3, 2]);
});

test('long bodies come back whole', async () => {
  const text = 'Ein Märchen. 😀\n'.repeat(100_000);
  const email = await read(await compose(anItem({ text, html: `<p>${text}</p>` })), 0);

  expect(email.text.startsWith(text)).toBe(true);
  expect(email.html).toContain(text);
});

describe('what is no archived email', () => {
  test.each(['', '\r\n', 'Hello', 'From: a@example.com\r\n\r\nHi'])(
    'such as %j is refused with a sentence',
    async (email) => {
      await expect(read(Buffer.from(email), 0)).rejects.toThrow(unreadable);
    },
  );

  test('such as one with a date that is none is refused', async () => {
    const email = (await compose(anItem()))
      .toString()
      .replace(/^Date: .*$/m, 'Date: today');

    await expect(read(Buffer.from(email), 0)).rejects.toThrow(/headers .*: date\.$/);
  });

  test('such as a damaged one is read or refused, and harms nothing else', async () => {
    const files = [aFile('ä.txt', 'content'.repeat(100))];
    const email = await compose(anItem({ html: '<p>Hi</p>', files }));
    const place = fc.integer({ min: 0, max: email.length - 1 });
    const damage = fc.tuple(place, fc.uint8Array({ maxLength: 30 }), fc.nat({ max: 30 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(damage, { minLength: 1, maxLength: 5 }),
        async (damages) => {
          const damaged = damages.reduce(
            (bytes, [at, inserted, removed]) =>
              Buffer.concat([
                bytes.subarray(0, at),
                inserted,
                bytes.subarray(at + removed),
              ]),
            email,
          );
          const outcome = await read(damaged, 1000).then(
            ({ key }) => key,
            (error: Error) => error.message,
          );

          expect(typeof outcome).toBe('string');
        },
      ),
      { numRuns: 200 },
    );
  });
});

test.each([0.1, 0.5, 0.95])(
  'an email that breaks off at %d of it is refused',
  async (part) => {
    const email = await compose(
      anItem({ files: [aFile('a.txt', 'content'.repeat(3000))] }),
    );
    async function* broken() {
      yield email.subarray(0, email.length * part);
      await setImmediate();
      throw new Error('The connection was reset.');
    }

    await expect(readEmail(Readable.from(broken()), 1e6)).rejects.toThrow(
      "The archived email can't be read: The connection was reset.",
    );
  },
);
