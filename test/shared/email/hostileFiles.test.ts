import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { ArchiveItem } from '../../../shared/archive/state/item.ts';
import { composeEmail } from '../../../shared/email/compose.ts';
import { readEmail } from '../../../shared/email/read.ts';

const item = (more: Partial<ArchiveItem>): ArchiveItem => ({
  ...{ key: 'a'.repeat(64), itemId: 'i', event: 'created', at: new Date('2026-03-10') },
  ...{ conversation: { id: 'c', name: 'Plans' }, author: { id: 'ann' } },
  ...{ participants: [], text: 'Buy.', files: [], missing: [], ...more },
});

const compose = (one: ArchiveItem) =>
  buffer(
    composeEmail(one, { connector: 'webex', source: 'webex' }, async () =>
      Readable.from([Buffer.of(1)]),
    ),
  );

describe('an email', () => {
  // The table of file types of the parser finds these in every object.
  test.each(['constructor', 'x.constructor', '__proto__', 'a.__PROTO__'])(
    'with a file called %s can be read',
    async (name) => {
      const contentType = 'application/octet-stream';
      const file = { name, contentType, bytes: 1, sha256: 'x', path: 'p' };
      const email = await compose(item({ files: [file] }));
      const { attachments } = await readEmail(Readable.from([email]), 100);
      expect(attachments).toMatchObject([{ bytes: 1 }]);
    },
  );

  test.each([
    '-000001-01-01T00:00:00Z',
    '1601-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
  ])('is not made of an item of %s, which no header can say', async (at) => {
    await expect(compose(item({ at: new Date(at) }))).rejects.toThrow('no valid date');
  });
});
