import { createHash, randomBytes } from 'node:crypto';
import { mapi, propertyValue } from './extendedProperties.ts';
import { newId } from './mailbox.ts';
import type { MessageInput } from './messageInput.ts';
import type { ExtendedProperty, StoredAttachment, StoredMessage } from './model.ts';

export const newChangeKey = () => `CQAAAB${randomBytes(9).toString('base64url')}`;

interface Creation {
  input: MessageInput;
  attachments: StoredAttachment[];
  folderId: string;
  now: Date;
  indexLagMs: number;
}

// https://learn.microsoft.com/office/client-developer/outlook/mapi/pidtagmessageflags-canonical-property
const flags = { read: 1, unsent: 8 };

/** The message as the store keeps it: what the MAPI properties say wins over the clock. */
export function newMessage(creation: Creation): StoredMessage {
  const { input, now } = creation;
  const properties = input.singleValueExtendedProperties ?? [];
  const given = propertyValue(properties, mapi.messageFlags);
  const messageFlags = given === undefined ? flags.unsent : Number(given);
  const id = newId('message');
  const internetMessageId =
    propertyValue(properties, mapi.internetMessageId) ??
    input.internetMessageId ??
    `<${id.slice(6, 26)}@simulated.prod.outlook.com>`;
  const dateOf = (tag: string) =>
    new Date(propertyValue(properties, tag) ?? now).toISOString();
  return {
    id,
    movingId: newId('moving'),
    folderId: creation.folderId,
    indexedAt: now.getTime() + creation.indexLagMs,
    changeKey: newChangeKey(),
    isDraft: (messageFlags & flags.unsent) !== 0,
    isRead: input.isRead ?? (given === undefined || (messageFlags & flags.read) !== 0),
    ...contentOf(input),
    internetMessageId,
    conversationId: conversationOf(properties, internetMessageId),
    sentDateTime: dateOf(mapi.submitTime),
    receivedDateTime: dateOf(mapi.deliveryTime),
    createdDateTime: now.toISOString(),
    lastModifiedDateTime: now.toISOString(),
    internetMessageHeaders: input.internetMessageHeaders ?? [],
    extendedProperties: properties,
    attachments: creation.attachments,
  };
}

export function contentOf(input: MessageInput) {
  return {
    subject: input.subject ?? '',
    body: {
      contentType: (input.body?.contentType ?? 'text').toLowerCase(),
      content: input.body?.content ?? '',
    },
    ...(input.from ? { from: input.from } : {}),
    ...(input.sender ? { sender: input.sender } : {}),
    toRecipients: input.toRecipients ?? [],
    ccRecipients: input.ccRecipients ?? [],
    bccRecipients: input.bccRecipients ?? [],
    replyTo: input.replyTo ?? [],
    categories: input.categories ?? [],
    importance: input.importance ?? 'normal',
    inferenceClassification: input.inferenceClassification ?? 'focused',
    flag: input.flag ?? { flagStatus: 'notFlagged' },
  };
}

/** Messages whose References begin alike are one conversation. */
function conversationOf(properties: ExtendedProperty[], messageId: string): string {
  const references = propertyValue(properties, 'string 0x1039') ?? messageId;
  const [root = messageId] = references.trim().split(/\s+/);
  return `AAQk${createHash('sha256').update(root).digest('base64url').slice(0, 24)}=`;
}
