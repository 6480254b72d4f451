import { randomBytes } from 'node:crypto';
import type { StoredFolder, StoredMessage } from './model.ts';

/** One change, as it goes into the data file. */
export type MailboxChange =
  | { kind: 'folder'; folder: StoredFolder }
  | { kind: 'message'; message: StoredMessage }
  | { kind: 'noFolder'; id: string }
  | { kind: 'noMessage'; id: string };

/** One mailbox's folders and messages. Every change goes through here, and is announced. */
export interface Mailbox {
  userId: string;
  folders: ReadonlyMap<string, StoredFolder>;
  messages: ReadonlyMap<string, StoredMessage>;
  /** Bytes of all messages. */
  usedBytes(): number;
  /** By id or well-known name. */
  folder(idOrName: string): StoredFolder | undefined;
  childFolders(parentId: string): StoredFolder[];
  /** By immutable or moving id. */
  message(id: string): StoredMessage | undefined;
  apply(change: MailboxChange): void;
}

/** Where a mailbox on hold keeps what was deleted; no client lists it. */
export const recoverable = 'recoverableitemsdeletions';

const wellKnown = {
  inbox: 'Inbox',
  drafts: 'Drafts',
  sentitems: 'Sent Items',
  deleteditems: 'Deleted Items',
  junkemail: 'Junk Email',
  archive: 'Archive',
  outbox: 'Outbox',
  [recoverable]: 'Recoverable Items',
};

export const rootFolder = 'msgfolderroot';

/** Ids look like the service's: long, case-sensitive, with characters that need encoding. */
export function newId(kind: 'folder' | 'message' | 'moving' | 'attachment'): string {
  const prefix = {
    folder: 'AQMk',
    message: 'AAkALg',
    moving: 'AAMkAD',
    attachment: 'AAMkATT',
  };
  return `${prefix[kind]}${randomBytes(24).toString('base64url')}=`;
}

/** Size as the mailbox's limits see it: the text and the files, not their encoding. */
export function messageBytes(message: StoredMessage): number {
  const text =
    Buffer.byteLength(message.subject) + Buffer.byteLength(message.body.content);
  return message.attachments.reduce((sum, { size }) => sum + size, text);
}

export function createMailbox(
  userId: string,
  announce: (change: MailboxChange) => void,
): Mailbox {
  const folders = new Map<string, StoredFolder>();
  const messages = new Map<string, StoredMessage>();
  const byMovingId = new Map<string, string>();
  const sizes = new Map<string, number>();
  let used = 0;

  function setSize(id: string, bytes: number): void {
    used += bytes - (sizes.get(id) ?? 0);
    sizes.set(id, bytes);
  }

  const mailbox: Mailbox = {
    userId,
    folders,
    messages,
    usedBytes: () => used,
    folder(idOrName) {
      const name = idOrName.toLowerCase();
      return (
        folders.get(idOrName) ??
        [...folders.values()].find(({ wellKnownName }) => wellKnownName === name)
      );
    },
    childFolders: (parentId) =>
      [...folders.values()].filter(
        (folder) => folder.parentFolderId === parentId && folder.id !== parentId,
      ),
    message: (id) => messages.get(id) ?? messages.get(byMovingId.get(id) ?? ''),
    apply(change) {
      switch (change.kind) {
        case 'folder':
          folders.set(change.folder.id, change.folder);
          break;
        case 'noFolder':
          folders.delete(change.id);
          break;
        case 'message': {
          const before = messages.get(change.message.id);
          if (before) byMovingId.delete(before.movingId);
          messages.set(change.message.id, change.message);
          byMovingId.set(change.message.movingId, change.message.id);
          setSize(change.message.id, messageBytes(change.message));
          break;
        }
        case 'noMessage': {
          const before = messages.get(change.id);
          if (before) byMovingId.delete(before.movingId);
          messages.delete(change.id);
          setSize(change.id, 0);
          sizes.delete(change.id);
        }
      }
      announce(change);
    },
  };
  return mailbox;
}

/** The folders that every mailbox has from its first day. */
export function provisionMailbox(mailbox: Mailbox): void {
  const root = newId('folder');
  const add = (id: string, displayName: string, wellKnownName: string) =>
    mailbox.apply({
      kind: 'folder',
      folder: {
        id,
        displayName,
        parentFolderId: root,
        isHidden: wellKnownName === recoverable,
        wellKnownName,
      },
    });
  add(root, 'Top of Information Store', rootFolder);
  for (const [name, displayName] of Object.entries(wellKnown))
    add(newId('folder'), displayName, name);
}

/** The folder's name from the root on, as in `Inbox/Webex Teams`. */
export function folderPath(mailbox: Mailbox, folder: StoredFolder): string {
  const parent = mailbox.folders.get(folder.parentFolderId);
  const isTop = !parent || parent.wellKnownName === rootFolder;
  return isTop
    ? folder.displayName
    : `${folderPath(mailbox, parent)}/${folder.displayName}`;
}
