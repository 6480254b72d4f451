import type { ItemRef, Reject } from '../connector.ts';
import { hashOf } from '../item/key.ts';
import { type ChatEvent, identityOf } from './complianceEvent.ts';
import type { Attributes } from './rawEvent.ts';
import { keys } from './records.ts';

/** One event of a room, with what the index needs. */
export interface ListedEvent extends ItemRef {
  event: ChatEvent;
  itemId: string;
  channel: Attributes | undefined;
}

export function listedOf(event: ChatEvent, channel: Attributes | undefined): ListedEvent {
  const key = event.time
    ? keys.event(identityOf(event))
    : keys.event(hashOf([event.raw, channel]));
  const at = event.time?.at ?? new Date(0).toISOString();
  const place = `${event.room?.uri ?? 'a room'}/${event.id ?? event.time?.ticks ?? ''}`;
  return { key, at, event, channel, itemId: place };
}

/** What is missing in an event that can't be archived for it: the end of a sentence. */
export function lackOf({ time, type, hasContent }: ChatEvent): string | undefined {
  if (!time) return 'it does not say when it was sent';
  return type === 'CHAT' && !hasContent ? 'it does not say what was written' : undefined;
}

export const rejectOf = ({ key, at, itemId }: ListedEvent, lack: string): Reject => ({
  ...{ key, at, itemId },
  reason: `A message of a compliance file could not be read: ${lack}. Look it up in the file, and report its form.`,
});
