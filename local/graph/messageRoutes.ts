import { GraphError, type Reply, unreadableBody } from './answers.ts';
import { readFileAttachment } from './attachmentInput.ts';
import { readDestination } from './folderChanges.ts';
import { findFolder } from './folderRoutes.ts';
import { messageTest } from './messageFilter.ts';
import { type MessageInput, readMessageInput } from './messageInput.ts';
import {
  deleteMessage,
  isRecoverable,
  moveMessage,
  storeMessage,
  updateMessage,
  visibleMessage,
} from './messageStore.ts';
import { checkSelect, messageView } from './messageView.ts';
import type { StoredMessage } from './model.ts';
import { newMessage } from './newMessage.ts';
import { pageOf } from './pages.ts';
import { jsonBody, type MailboxCall, param } from './service.ts';

/** The message that the path names; in the folder that the path names, if it does. */
export function messageOf(call: MailboxCall): StoredMessage {
  const folder = call.params.folder;
  const folderId = folder === undefined ? undefined : findFolder(call.mailbox, folder).id;
  return visibleMessage(call.mailbox, param(call, 'message'), folderId);
}

function view(call: MailboxCall, message: StoredMessage) {
  const { select, expand } = call.query;
  checkSelect(select);
  return messageView(message, { immutableIds: call.immutableIds, select, expand });
}

// https://learn.microsoft.com/graph/api/mailfolder-post-messages
export function createMessage(call: MailboxCall): Reply {
  checkSelect(call.query.select);
  const folder = findFolder(call.mailbox, call.params.folder ?? 'drafts');
  if (/^text\/plain\b/i.test(call.headers['content-type'] ?? '')) refuseMime(call);
  const input = readMessageInput(jsonBody(call), call.service.violate);
  const now = call.service.now();
  const { keepContent } = call.service;
  const message = newMessage({
    input,
    attachments: (input.attachments ?? []).map((file) =>
      readFileAttachment(file, { keepContent, now }),
    ),
    folderId: folder.id,
    now,
    indexLagMs: call.indexLagMs,
  });
  storeMessage(call.mailbox, call.user, message);
  const body = view(call, message);
  const owner = `${call.service.baseUrl()}/users/${call.user.id}`;
  return {
    status: 201,
    headers: { Location: `${owner}/messages/${encodeURIComponent(String(body.id))}` },
    body,
  };
}

/** MIME makes drafts only, so nothing here is made of it. */
function refuseMime(call: MailboxCall): never {
  call.service.violate('a message sent as MIME, which would become a draft');
  throw unreadableBody('The body could not be read as a message.');
}

// https://learn.microsoft.com/graph/api/user-list-messages
export function listMessages(call: MailboxCall): Reply {
  const { filter, orderBy, select } = call.query;
  checkSelect(select);
  const folder = call.params.folder;
  const folderId = folder === undefined ? undefined : findFolder(call.mailbox, folder).id;
  const test = filter ? messageTest(filter, call.service.violate) : undefined;
  const now = call.service.now().getTime();
  const found = [...call.mailbox.messages.values()]
    .filter((message) => folderId === undefined || isListed(message, folderId, now))
    .filter((message) => !isRecoverable(call.mailbox, message))
    .filter((message) => !test || (message.indexedAt <= now && test(message)));
  const { path, descending } = orderBy ?? { path: 'receivedDateTime', descending: true };
  const sorted = found.toSorted((a, b) => {
    const order = sortKey(a, path) < sortKey(b, path) ? -1 : 1;
    return descending ? -order : order;
  });
  return pageOf(
    call,
    sorted,
    { context: 'messages', defaultSize: 10, largestSize: 1000, counted: true },
    (message) => view(call, message),
  );
}

function sortKey(message: StoredMessage, path: string): string {
  if (path === 'receivedDateTime') return message.receivedDateTime;
  if (path === 'sentDateTime') return message.sentDateTime;
  if (path === 'subject') return message.subject.toLowerCase();
  throw new GraphError(
    400,
    'ErrorInvalidUrlQuery',
    `The property '${path}' can't be used in $orderby.`,
  );
}

export function getMessage(call: MailboxCall): Reply {
  return { status: 200, body: view(call, messageOf(call)) };
}

// Properties that need Mail-Advanced.ReadWrite once the message is no draft any more:
// https://devblogs.microsoft.com/microsoft365dev/ (2026-03-24, sensitive email properties)
const sensitive = [
  'subject',
  'body',
  'from',
  'sender',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'internetMessageId',
  'singleValueExtendedProperties',
  'multiValueExtendedProperties',
];

export function changeMessage(call: MailboxCall): Reply {
  const message = messageOf(call);
  const input = readMessageInput(jsonBody(call), call.service.violate);
  if (input.attachments) throw unreadableBody('Attachments are added by their own path.');
  if (call.service.sensitiveRule !== 'off') refuseSensitive(message, input);
  const updated = updateMessage(call.mailbox, message, input, call.service.now());
  return { status: 200, body: view(call, updated) };
}

function refuseSensitive(message: StoredMessage, input: MessageInput): void {
  const touched = Object.keys(input).some((name) => sensitive.includes(name));
  if (touched && !message.isDraft) throw sensitiveRefusal();
}

export function sensitiveRefusal(): GraphError {
  return new GraphError(
    403,
    'ErrorAccessDenied',
    'Access is denied. Changing this property of a message that is not a draft needs Mail-Advanced.ReadWrite.',
  );
}

export function removeMessage(call: MailboxCall): Reply {
  deleteMessage(call.mailbox, call.user, messageOf(call));
  return { status: 204 };
}

const isListed = (
  { folderId, listedBefore }: StoredMessage,
  wanted: string,
  now: number,
): boolean =>
  folderId === wanted || (listedBefore?.folderId === wanted && listedBefore.until > now);

// https://learn.microsoft.com/graph/api/message-move
export function moveOneMessage(call: MailboxCall): Reply {
  const message = messageOf(call);
  const destination = readDestination(call);
  const listedUntil =
    call.indexLagMs > 0 ? call.service.now().getTime() + call.indexLagMs : 0;
  const moved = moveMessage(call.mailbox, message, destination.id, listedUntil);
  return { status: 201, body: view(call, moved) };
}
