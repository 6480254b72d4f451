import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import PostalMime, { type Email } from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { readEmail } from '../../../shared/email/read.ts';
import { bytesOf, compose } from './compositions.ts';
import { goldenItems } from './goldenItems.ts';

function golden(name: string): URL {
  return new URL(`../../fixtures/email/${name}.eml`, import.meta.url);
}

function parsed(name: string): Promise<Email> {
  return readFile(golden(name)).then((email) => PostalMime.parse(email));
}

function header({ headers }: Email, key: string): string | undefined {
  return headers.find((entry) => entry.key === key)?.value;
}

describe.each(Object.entries(goldenItems))('the item %s', (name, item) => {
  test('becomes the same bytes as ever', async () => {
    const email = await compose(item);
    // With UPDATE_GOLDEN=1 a wanted change of the format rewrites the files.
    if (process.env.UPDATE_GOLDEN) await writeFile(golden(name), email);

    expect(email.toString('latin1')).toBe(await readFile(golden(name), 'latin1'));
  });

  test('is read alike by this product and by an independent parser', async () => {
    const independent = await parsed(name);
    const own = await readEmail(Readable.from([await readFile(golden(name))]), 1e6);

    expect(own).toMatchObject({
      messageId: independent.messageId,
      subject: independent.subject,
      date: new Date(independent.date ?? ''),
      from: independent.from,
      to: independent.to ?? [],
      key: header(independent, 'x-archive-item-key'),
      references: independent.references,
    });
    expect(own.inReplyTo).toBe(independent.inReplyTo);
    expect(own.text).toBe(independent.text?.replaceAll('\r\n', '\n'));
    expect(own.html).toBe(independent.html?.replaceAll('\r\n', '\n'));
    expect(own.attachments).toEqual(
      independent.attachments.map(({ filename, mimeType, content }) => {
        const bytes = bytesOf(content);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        return {
          name: filename,
          contentType: mimeType,
          bytes: bytes.length,
          sha256,
          content: bytes,
        };
      }),
    );
  });
});
