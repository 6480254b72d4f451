import type { z } from 'zod';
import type { Reject } from '../connector.ts';
import { hashOf } from '../item/key.ts';
import { isPlausible } from '../item/plausible.ts';
import type { ListedRef } from '../page/takeListed.ts';
import { bodyOf } from './messageBody.ts';
import { keys, type StreamInfo } from './records.ts';
import { anyMessageSchema, type Message, messageSchema } from './schema.ts';

/** One item of a stream, with all that can be said of it without asking for more. */
export interface Listed extends ListedRef {
  info: StreamInfo;
  content:
    | { kind: 'message' | 'deletion'; message: Message }
    | { kind: 'reject'; reject: Reject };
}

/** Where nothing says when it happened; the same at each reading. */
const unknownTime = new Date(0).toISOString();

/** A message that was suppressed is a deletion, and a message too if its text is still there. */
export function listMessage(
  organisation: string,
  info: StreamInfo,
  value: unknown,
): Listed[] {
  const parsed = messageSchema.safeParse(value);
  if (!parsed.success) {
    const parts = parsed.error.issues.map(({ path }) => path.join('.') || 'all of it');
    return [unreadable(organisation, info, value, parts)];
  }
  const message = parsed.data;
  const { messageId, timestamp, suppressed, suppressionDate } = message;
  if (!isPlausible(timestamp))
    return [unreadable(organisation, info, value, ['timestamp'])];
  if (!message.user && !suppressed)
    return [unreadable(organisation, info, value, ['user'])];
  const mark = markOf(value);
  const items: Listed[] = [];
  if (!suppressed || hasContent(message)) {
    const key = isEdit(message)
      ? keys.edit(organisation, messageId)
      : keys.message(organisation, messageId);
    const content = { kind: 'message' as const, message };
    items.push({ key, at: new Date(timestamp).toISOString(), mark, info, content });
  }
  if (suppressed) {
    const key = keys.deletion(organisation, messageId);
    const at = new Date(suppressionDate || timestamp).toISOString();
    const content = { kind: 'deletion' as const, message };
    items.push({ key, at, mark: `${mark}-`, info, content });
  }
  return items;
}

/** Each version of an edited message is a message of its own that replaces another. */
export const isEdit = ({ messageId, initialMessageId, replacing }: Message): boolean =>
  replacing !== undefined ||
  (initialMessageId !== undefined && initialMessageId !== messageId);

const hasContent = (message: Message): boolean =>
  bodyOf(message).text !== '' || (message.attachments ?? []).length > 0;

function unreadable(
  organisation: string,
  info: StreamInfo,
  value: unknown,
  parts: string[],
): Listed {
  const hash = hashOf(value);
  const { messageId, timestamp } = anyOf(value);
  const reason = `Symphony listed a message that could not be read (${[...new Set(parts)].join(', ')}). Look it up by its id with the agent's Get Message, and report its form.`;
  const key = keys.unreadable(organisation, hash);
  const at = timestamp === undefined ? unknownTime : new Date(timestamp).toISOString();
  const reject = { key, itemId: messageId ?? hash, at, reason };
  return { key, at, mark: markOf(value), info, content: { kind: 'reject', reject } };
}

/** As much of a message's id as tells it from the others of a page. */
export function markOf(value: unknown): string {
  const { messageId } = anyOf(value);
  return messageId === undefined
    ? hashOf(value).slice(0, 12)
    : hashOf(messageId).slice(0, 12);
}

/** When a message was sent, in milliseconds, if that can be read. */
export const timeOf = (value: unknown): number | undefined => anyOf(value).timestamp;

/** Oldest first; what was said in one millisecond is sorted too, so that it is the same each time. */
export const inOrder = (values: unknown[]): unknown[] =>
  values
    .map((value) => ({
      value,
      time: timeOf(value) ?? 0,
      id: anyOf(value).messageId ?? '',
    }))
    .sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    .map(({ value }) => value);

const anyOf = (value: unknown): z.infer<typeof anyMessageSchema> =>
  anyMessageSchema.safeParse(value).data ?? {};
