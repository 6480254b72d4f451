import { createHash } from 'node:crypto';
import type { ArchiveItem } from '../archive/state/item.ts';
import { hashed, label } from './addresses.ts';
import { headerText } from './clean.ts';
import type { EmailOrigin } from './types.ts';

// Outlook cuts subjects at 255 characters, and one without spaces can't be folded.
const subjectLimit = 250;
// A line may have 998 octets, a value without spaces stays on one line.
const valueLimit = 900;

/** The `Message-ID` of the email for an item key, in angle brackets. */
export function messageIdOf(key: string, source: string): string {
  const id = /^[\w-]{1,128}$/.test(key) ? key : hashed(key);
  return `<${id}@${label(source)}.archive.invalid>`;
}

/**
 * The message id with which the `References` of all emails of a conversation begin. No email
 * has it: replies belong together even where the first message was never archived.
 */
export function conversationRootId(source: string, conversationId: string): string {
  const id = createHash('sha256')
    .update(JSON.stringify([source, conversationId.toWellFormed()]))
    .digest('hex');
  return `<${id}@${label(source)}.conversation.invalid>`;
}

/** The conversation's name; the same for all of its items, whatever they hold. */
export function subjectOf(conversation: ArchiveItem['conversation']): string {
  const name = headerText(conversation.name, subjectLimit);
  // Mail clients group by subject: two conversations without a name are not one.
  return name || `Conversation ${hashed(conversation.id).slice(0, 8)}`;
}

/** What an email refers to: https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4 */
export function threading(
  item: ArchiveItem,
  source: string,
): { references: string[]; inReplyTo: string | undefined } {
  const known = [item.parentKey, item.changesKey]
    .filter((key) => key !== undefined)
    .map((key) => messageIdOf(key, source));
  return {
    references: [conversationRootId(source, item.conversation.id), ...known],
    inReplyTo: known[0],
  };
}

/** The `X-Archive-*` headers. */
export function archiveHeaders(
  item: ArchiveItem,
  origin: EmailOrigin,
): Record<string, string> {
  return {
    'X-Archive-Connector': headerValue(origin.connector),
    'X-Archive-Source': headerValue(origin.source),
    'X-Archive-Item-Id': headerValue(item.itemId),
    'X-Archive-Item-Key': headerValue(item.key),
    'X-Archive-Conversation': headerValue(item.conversation.id),
    'X-Archive-Event': item.event,
  };
}

function headerValue(value: string): string {
  if (value.length > valueLimit) {
    return `sha256:${createHash('sha256').update(value.toWellFormed()).digest('hex')}`;
  }
  return headerText(value, valueLimit);
}
