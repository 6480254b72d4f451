import { folderPath, type Mailbox } from './mailbox.ts';
import type { DirectoryUser, StoredMessage } from './model.ts';

/** A message as tests look at it. */
export interface MessageSnapshot {
  /** Immutable. */
  id: string;
  /** As in `Inbox/Webex Teams`. */
  folder: string;
  subject: string;
  from: string | undefined;
  fromName: string | undefined;
  to: string[];
  cc: string[];
  body: { contentType: string; content: string };
  isDraft: boolean;
  isRead: boolean;
  sentAt: Date;
  receivedAt: Date;
  createdAt: Date;
  internetMessageId: string;
  categories: string[];
  /** Extended properties, by the id that the client gave. */
  properties: Record<string, string>;
  attachments: AttachmentSnapshot[];
}

export interface AttachmentSnapshot {
  name: string;
  contentType: string;
  size: number;
  sha256: string;
  isInline: boolean;
}

export interface FolderSnapshot {
  id: string;
  path: string;
  name: string;
  isHidden: boolean;
  messages: MessageSnapshot[];
}

export interface MailboxSnapshot {
  userId: string;
  address: string;
  folders: FolderSnapshot[];
  /** Of all folders, in the order of their creation. */
  messages: MessageSnapshot[];
}

/** What lies in a mailbox now, hidden folders and recoverable items included. */
export function snapshotOf(user: DirectoryUser, mailbox: Mailbox): MailboxSnapshot {
  const paths = new Map(
    [...mailbox.folders.values()].map((folder) => [
      folder.id,
      folderPath(mailbox, folder),
    ]),
  );
  const messages = [...mailbox.messages.values()].map((message) => ({
    folderId: message.folderId,
    shown: messageSnapshot(message, paths.get(message.folderId) ?? ''),
  }));
  return {
    userId: user.id,
    address: user.mail ?? user.userPrincipalName,
    folders: [...mailbox.folders.values()].map((folder) => ({
      id: folder.id,
      path: paths.get(folder.id) ?? '',
      name: folder.displayName,
      isHidden: folder.isHidden,
      messages: messages
        .filter(({ folderId }) => folderId === folder.id)
        .map(({ shown }) => shown),
    })),
    messages: messages.map(({ shown }) => shown),
  };
}

function messageSnapshot(message: StoredMessage, folder: string): MessageSnapshot {
  const addresses = (people: StoredMessage['toRecipients']) =>
    people.map(({ emailAddress }) => emailAddress.address ?? '');
  return {
    id: message.id,
    folder,
    subject: message.subject,
    from: message.from?.emailAddress.address ?? undefined,
    fromName: message.from?.emailAddress.name ?? undefined,
    to: addresses(message.toRecipients),
    cc: addresses(message.ccRecipients),
    body: message.body,
    isDraft: message.isDraft,
    isRead: message.isRead,
    sentAt: new Date(message.sentDateTime),
    receivedAt: new Date(message.receivedDateTime),
    createdAt: new Date(message.createdDateTime),
    internetMessageId: message.internetMessageId,
    categories: message.categories,
    properties: Object.fromEntries(
      message.extendedProperties.map(({ id, value }) => [id, value]),
    ),
    attachments: message.attachments.map(
      ({ name, contentType, size, sha256, isInline }) => ({
        name,
        contentType,
        size,
        sha256,
        isInline,
      }),
    ),
  };
}
