import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ArchiveItem, StoredFile } from '../../../shared/archive/state/item.ts';
import { composeEmail } from '../../../shared/email/compose.ts';
import type { OpenFile } from '../../../shared/email/types.ts';

export const origin = { connector: 'webex-eu', source: 'webex' };

export const ada = { id: 'ada-1', name: 'Ada Lovelace', address: 'ada@example.com' };
export const grace = {
  id: 'grace-2',
  name: 'Grace Hopper',
  address: 'grace@example.com',
};

/** A plain message, with whatever a test wants to be different. */
export function anItem(changes: Partial<ArchiveItem> = {}): ArchiveItem {
  return {
    key: 'a1'.repeat(32),
    itemId: 'message-1',
    event: 'created',
    at: new Date('2026-11-20T10:00:00.250Z'),
    conversation: { id: 'room-1', name: 'Analytical Engine' },
    author: ada,
    participants: [ada, grace],
    text: 'Shall we meet at noon?',
    files: [],
    missing: [],
    ...changes,
  };
}

export function aFile(name: string, content: string, changes: Partial<StoredFile> = {}) {
  return {
    name,
    contentType: 'text/plain',
    bytes: Buffer.byteLength(content),
    sha256: '',
    path: content,
    ...changes,
  };
}

/** Opens the files of `aFile`, which carry their content as their path. */
export const openFile: OpenFile = ({ path }) =>
  Promise.resolve(Readable.from(Buffer.from(path), { objectMode: false }));

export function compose(item: ArchiveItem, open: OpenFile = openFile): Promise<Buffer> {
  return buffer(composeEmail(item, origin, open));
}

/** The names and unfolded values of the headers at the top of an email. */
export function rawHeaders(email: Buffer): [name: string, value: string][] {
  const [head = ''] = email.toString('latin1').split('\r\n\r\n');
  return head
    .replace(/\r\n[ \t]/g, ' ')
    .split('\r\n')
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
}

/** An attachment's content as postal-mime gives it. */
export function bytesOf(content: ArrayBuffer | Uint8Array | string): Buffer {
  return typeof content === 'string'
    ? Buffer.from(content)
    : Buffer.from(new Uint8Array(content));
}
