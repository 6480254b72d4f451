import { GraphError, itemNotFound } from './answers.ts';
import { canonicalId, mapi } from './extendedProperties.ts';
import { type Mailbox, messageBytes, newId, recoverable } from './mailbox.ts';
import type { MessageInput } from './messageInput.ts';
import type { DirectoryUser, StoredAttachment, StoredMessage } from './model.ts';
import { contentOf, newChangeKey } from './newMessage.ts';

/** Throws if the mailbox does not take so much, in one message or at all. */
export function checkRoom(
  mailbox: Mailbox,
  user: DirectoryUser,
  sizes: { message: number; added: number },
): void {
  const { state, maxMessageBytes, quotaBytes } = user.mailbox;
  if (sizes.message > maxMessageBytes)
    throw new GraphError(
      400,
      'ErrorMessageSizeExceeded',
      'The message exceeds the maximum supported size.',
    );
  const quota = quotaBytes ?? Number.POSITIVE_INFINITY;
  if (state === 'full' || mailbox.usedBytes() + sizes.added > quota)
    throw new GraphError(
      400,
      'ErrorQuotaExceeded',
      'The mailbox has exceeded its maximum size.',
    );
}

export function storeMessage(
  mailbox: Mailbox,
  user: DirectoryUser,
  message: StoredMessage,
): void {
  const size = messageBytes(message);
  checkRoom(mailbox, user, { message: size, added: size });
  mailbox.apply({ kind: 'message', message });
}

export function addAttachment(
  mailbox: Mailbox,
  user: DirectoryUser,
  message: StoredMessage,
  attachment: StoredAttachment,
): void {
  const added = attachment.size;
  checkRoom(mailbox, user, { message: messageBytes(message) + added, added });
  const attachments = [...message.attachments, attachment];
  mailbox.apply({
    kind: 'message',
    message: { ...message, attachments, changeKey: newChangeKey() },
  });
}

/** The message with this id that clients can see; in a folder, if one is named. */
export function visibleMessage(
  mailbox: Mailbox,
  id: string,
  folderId?: string,
): StoredMessage {
  const message = mailbox.message(id);
  if (!message || isRecoverable(mailbox, message)) throw itemNotFound();
  if (folderId !== undefined && message.folderId !== folderId) throw itemNotFound();
  return message;
}

export function isRecoverable(mailbox: Mailbox, message: StoredMessage): boolean {
  return message.folderId === mailbox.folder(recoverable)?.id;
}

/** Deletes for good; where the mailbox is on hold, it keeps it out of sight. */
export function deleteMessage(
  mailbox: Mailbox,
  user: DirectoryUser,
  message: StoredMessage,
): void {
  const keptIn = mailbox.folder(recoverable);
  if (user.mailbox.state === 'onHold' && keptIn) moveMessage(mailbox, message, keptIn.id);
  else mailbox.apply({ kind: 'noMessage', id: message.id });
}

export function moveMessage(
  mailbox: Mailbox,
  message: StoredMessage,
  folderId: string,
  listedUntil = 0,
): StoredMessage {
  const moved: StoredMessage = {
    ...message,
    folderId,
    ...(listedUntil > 0 && {
      listedBefore: { folderId: message.folderId, until: listedUntil },
    }),
    movingId: newId('moving'),
    changeKey: newChangeKey(),
  };
  mailbox.apply({ kind: 'message', message: moved });
  return moved;
}

const setAtCreation = new Set([
  mapi.messageFlags,
  mapi.submitTime,
  mapi.deliveryTime,
  mapi.internetMessageId,
]);

/** An update. Flags and dates are settled at creation; changing them later does nothing. */
export function updateMessage(
  mailbox: Mailbox,
  message: StoredMessage,
  input: MessageInput,
  now: Date,
): StoredMessage {
  const given = new Set(Object.keys(input));
  const content = Object.entries(contentOf(input)).filter(([name]) => given.has(name));
  const changes = (input.singleValueExtendedProperties ?? []).filter(
    ({ id }) => !setAtCreation.has(canonicalId(id) ?? ''),
  );
  const changed = new Set(changes.map(({ id }) => canonicalId(id)));
  const updated: StoredMessage = {
    ...message,
    ...Object.fromEntries(content),
    isRead: input.isRead ?? message.isRead,
    internetMessageId: input.internetMessageId ?? message.internetMessageId,
    extendedProperties: [
      ...message.extendedProperties.filter(({ id }) => !changed.has(canonicalId(id))),
      ...changes,
    ],
    changeKey: newChangeKey(),
    lastModifiedDateTime: now.toISOString(),
  };
  mailbox.apply({ kind: 'message', message: updated });
  return updated;
}
