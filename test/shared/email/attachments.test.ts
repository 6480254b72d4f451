import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { composeEmail } from '../../../shared/email/compose.ts';
import { readEmail } from '../../../shared/email/read.ts';
import { aFile, anItem, compose, openFile, origin } from './compositions.ts';

const MB = 1024 * 1024;

describe('a file that is not what was stored', () => {
  const item = anItem({ files: [aFile('a.txt', 'twelve bytes')] });

  test.each([
    ['has less', 'twelve'],
    ['has more', 'twelve bytes and more'],
    ['is empty', ''],
  ])('fails the email where it %s', async (_, content) => {
    const open = () => Promise.resolve(Readable.from([Buffer.from(content)]));

    await expect(compose(item, open)).rejects.toThrow(/should have 12 bytes/);
  });

  test('fails the email where it breaks off', async () => {
    async function* broken() {
      yield Buffer.from('twel');
      throw new Error('The connection was reset.');
    }
    const open = () => Promise.resolve(Readable.from(broken()));

    await expect(compose(item, open)).rejects.toThrow('The connection was reset.');
  });

  test('fails the email where it can not be opened', async () => {
    const open = () => Promise.reject(new Error('There is no such blob.'));

    await expect(compose(item, open)).rejects.toThrow('There is no such blob.');
  });

  test('ends no process while nobody reads the email yet', async () => {
    const email = composeEmail(item, origin, () => Promise.reject(new Error('Gone.')));
    email.resume();
    await new Promise((resolve) => email.once('close', resolve));

    expect(email.errored).toEqual(new Error('Gone.'));
  });
});

test('an item without a valid date is refused by the stream', async () => {
  await expect(compose(anItem({ at: new Date('never') }))).rejects.toThrow(
    'no valid date',
  );
});

test('files are opened one after the other', async () => {
  let open = 0;
  let most = 0;
  const files = Array.from({ length: 8 }, (_, i) => aFile(`${i}.txt`, 'content'));
  await compose(anItem({ files }), async (file) => {
    open += 1;
    most = Math.max(most, open);
    const content = await openFile(file);
    return content.once('close', () => {
      open -= 1;
    });
  });

  expect(most).toBe(1);
  expect(open).toBe(0);
});

test('an email that is given up closes the file it was reading', async () => {
  let opened = () => {};
  const reading = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const content = Readable.from(chunks(100 * MB, 64 * 1024));
  const file = aFile('big.bin', '', { bytes: 100 * MB });
  const email = composeEmail(anItem({ files: [file] }), origin, () => {
    opened();
    return Promise.resolve(content);
  });
  await reading;
  email.destroy();
  await new Promise((resolve) => content.once('close', resolve));

  expect(content.readableEnded).toBe(false);
});

test.each([
  ['Text/HTML; charset=utf-8', 'text/html'],
  ['multipart/mixed', 'application/octet-stream'],
  ['message/rfc822', 'application/octet-stream'],
  ['text/plain\r\nX-Evil: 1', 'application/octet-stream'],
  ['', 'application/octet-stream'],
])('the type %j is declared as %j', async (contentType, expected) => {
  const email = await compose(anItem({ files: [aFile('a.bin', 'x', { contentType })] }));

  expect((await PostalMime.parse(email)).attachments[0]?.mimeType).toBe(expected);
});

test('a large file is composed and read with a few megabytes of memory', async () => {
  const bytes = 60 * MB;
  let produced = 0;
  let consumed = 0;
  const held = [buffersInUse()];
  let ahead = 0;
  const hash = createHash('sha256');
  async function* content() {
    for (const part of chunks(bytes, 256 * 1024)) {
      produced += part.length;
      hash.update(part);
      // Base64 with its line breaks makes 78 bytes of 57.
      ahead = Math.max(ahead, produced - (consumed * 57) / 78);
      yield part;
    }
  }
  async function* counted(email: Readable) {
    for await (const part of email) {
      if (consumed > held.length * 8 * MB) held.push(buffersInUse());
      consumed += part.length;
      yield part;
    }
  }
  const file = aFile('film.mp4', '', { bytes });
  const open = () => Promise.resolve(Readable.from(content(), { objectMode: false }));
  const email = composeEmail(anItem({ files: [file] }), origin, open);
  const read = await readEmail(Readable.from(counted(email)), 3 * MB);

  expect(read.attachments).toEqual([
    { name: 'film.mp4', contentType: 'text/plain', bytes, sha256: hash.digest('hex') },
  ]);
  expect(ahead).toBeLessThan(4 * MB);
  expect(Math.max(...held) - (held[0] ?? 0)).toBeLessThan(16 * MB);
});

function* chunks(bytes: number, size: number): Generator<Buffer> {
  for (let i = 0; i < bytes / size; i++) yield Buffer.alloc(size, i);
}

function buffersInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().arrayBuffers;
}
