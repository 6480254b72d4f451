import type { z } from 'zod';
import type { ItemRef, Reject } from '../connector.ts';
import { hashOf } from '../item/key.ts';
import type { ListedRef } from '../page/takeListed.ts';
import { uuidOf } from './ids.ts';
import { keys } from './records.ts';
import {
  type ActionEvent,
  actionEventSchema,
  anyEventSchema,
  type MessageEvent,
  messageEventSchema,
} from './schema.ts';

/** One event of a list, with all that can be said of it without asking for more. */
export interface Listed extends ListedRef {
  content:
    | { kind: 'message'; event: MessageEvent }
    | { kind: 'answer'; event: ActionEvent }
    | { kind: 'reject'; reject: Reject };
}

/** Where nothing says when it happened; the same at each reading. */
const unknownTime = new Date(0).toISOString();

export function listMessage(organisation: string, event: unknown): Listed {
  const parsed = messageEventSchema.safeParse(event);
  if (!parsed.success) return unreadable(organisation, event, parsed.error);
  const { data } = parsed;
  const content = { kind: 'message' as const, event: data };
  return { ...messageRef(organisation, data), mark: uuidOf(data.id), content };
}

export function listAnswer(organisation: string, event: unknown): Listed {
  const parsed = actionEventSchema.safeParse(event);
  if (!parsed.success) return unreadable(organisation, event, parsed.error);
  const { id, created, data } = parsed.data;
  return {
    key: keys.cardAnswer(organisation, data.id),
    at: data.created ?? created,
    mark: uuidOf(id),
    content: { kind: 'answer', event: parsed.data },
  };
}

function messageRef(organisation: string, event: MessageEvent): ItemRef {
  const { id, created, type, data } = event;
  if (type === 'updated') {
    return { key: keys.edit(organisation, data.id, id), at: created };
  }
  if (type === 'deleted')
    return { key: keys.deletion(organisation, data.id), at: created };
  return { key: keys.message(organisation, data.id), at: data.created ?? created };
}

function unreadable(organisation: string, event: unknown, error: z.ZodError): Listed {
  const hash = hashOf(event);
  const { id, created = unknownTime } = anyEventSchema.safeParse(event).data ?? {};
  const parts = [
    ...new Set(error.issues.map(({ path }) => path.join('.') || 'all of it')),
  ];
  const reason = `Webex listed an event that could not be read (${parts.join(', ')}). Look it up by its id with the Webex events API, and report its form.`;
  const key = keys.unreadable(organisation, hash);
  const reject = { key, itemId: id ?? hash, at: created, reason };
  return {
    ...{ key, at: created },
    mark: id === undefined ? hash : uuidOf(id),
    content: { kind: 'reject', reject },
  };
}

/** True for an event of the window; one without a readable time counts as of it. */
export function isWithin(event: unknown, from: Date, to: Date): boolean {
  const created = anyEventSchema.safeParse(event).data?.created;
  if (created === undefined) return true;
  const time = Date.parse(created);
  return time >= from.getTime() && time < to.getTime();
}
