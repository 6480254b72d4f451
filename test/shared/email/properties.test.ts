import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { mailboxOf, recipients } from '../../../shared/email/addresses.ts';
import { bodyOf } from '../../../shared/email/body.ts';
import { fileNames } from '../../../shared/email/fileNames.ts';
import { messageIdOf, subjectOf } from '../../../shared/email/headers.ts';
import { readEmail } from '../../../shared/email/read.ts';
import { hostileItem } from './arbitraries.ts';
import { bytesOf, compose, origin, rawHeaders } from './compositions.ts';

const { source } = origin;
const runs = { numRuns: 150 };

function unix(text: string | undefined): string | undefined {
  return text?.replaceAll('\r\n', '\n');
}

test('whatever an item holds, its email is 7-bit with CRLF lines of at most 998 octets', async () => {
  await fc.assert(
    fc.asyncProperty(hostileItem, async (item) => {
      const email = (await compose(item)).toString('latin1');

      expect(email).toMatch(/^[\r\n\t\x20-\x7e]*$/);
      expect(email.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(Math.max(...email.split('\r\n').map((line) => line.length))).toBeLessThan(
        999,
      );
    }),
    runs,
  );
});

test('no value makes a header of its own', async () => {
  const expected = [
    ...[
      'X-Archive-Connector',
      'X-Archive-Source',
      'X-Archive-Item-Id',
      'X-Archive-Item-Key',
    ],
    ...[
      'X-Archive-Conversation',
      'X-Archive-Event',
      'From',
      'To',
      'References',
      'Subject',
    ],
    ...[
      'Message-ID',
      'Date',
      'MIME-Version',
      'Content-Type',
      'Content-Transfer-Encoding',
    ],
  ];
  await fc.assert(
    fc.asyncProperty(hostileItem, async (item) => {
      const names = rawHeaders(await compose(item)).map(([name]) => name);

      expect(expected).toEqual(expect.arrayContaining(names));
      expect(new Set(names).size).toBe(names.length);
    }),
    runs,
  );
});

test('an independent parser finds everything that the item holds', async () => {
  await fc.assert(
    fc.asyncProperty(hostileItem, async (item) => {
      const email = await PostalMime.parse(await compose(item));
      const from = mailboxOf(item.author, source);
      const { text, html } = bodyOf(item, origin);

      expect(email.subject).toBe(subjectOf(item.conversation));
      expect(email.from).toEqual(from);
      expect(email.to ?? []).toEqual(recipients(item.participants, item.author, source));
      expect(email.messageId).toBe(messageIdOf(item.key, source));
      expect(unix(email.text)).toBe(unix(text));
      expect(unix(email.html)).toBe(unix(html));
      expect(email.attachments.map(({ filename }) => filename)).toEqual(
        fileNames(item.files.map(({ name }) => name)),
      );
      expect(email.attachments.map(({ content }) => bytesOf(content).toString())).toEqual(
        item.files.map(({ path }) => path),
      );
    }),
    runs,
  );
});

test('readEmail finds what composeEmail wrote', async () => {
  await fc.assert(
    fc.asyncProperty(hostileItem, async (item) => {
      const email = await readEmail(Readable.from([await compose(item)]), 1e6);
      const from = mailboxOf(item.author, source);
      const { text, html } = bodyOf(item, origin);

      expect(email.subject).toBe(subjectOf(item.conversation));
      expect(email.from).toEqual(from);
      expect(email.to).toEqual(recipients(item.participants, item.author, source));
      expect(email.key).toBe(item.key);
      expect(email.date.getTime()).toBe(Math.floor(item.at.getTime() / 1000) * 1000);
      expect(email.text).toBe(unix(text));
      expect(email.html).toBe(unix(html));
      const names = fileNames(item.files.map(({ name }) => name));
      expect(email.attachments.map(({ name }) => name)).toEqual(names);
      expect(email.attachments.map(({ content }) => content?.toString())).toEqual(
        item.files.map(({ path }) => path),
      );
    }),
    runs,
  );
});

test('the same item gives the same bytes, however the source lists its people', async () => {
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  await fc.assert(
    fc.asyncProperty(hostileItem, async (item) => {
      const email = sha256(await compose(item));
      const reversed = { ...item, participants: item.participants.toReversed() };

      expect(sha256(await compose(structuredClone(item)))).toBe(email);
      expect(sha256(await compose(reversed))).toBe(email);
    }),
    runs,
  );
});
