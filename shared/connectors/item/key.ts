import { createHash } from 'node:crypto';
import type { ItemEvent } from '../../archive/state/item.ts';

/** What tells one item from all others. */
export interface ItemIdentity {
  connectorType: string;
  /** The organisation that owns the credentials, as the vendor identifies it. */
  organisation: string;
  /** Which of a vendor's ways in; empty where there is one. */
  lane: string;
  kind: string;
  id: string;
  event: ItemEvent;
  /** Empty for an original. */
  revision: string;
}

/**
 * The item key: SHA-256, in hex, over the parts of the identity. It depends on nothing else, so
 * the same item has the same key on every machine, and a reply can compute its parent's.
 */
export function itemKey(identity: ItemIdentity): string {
  const parts = [
    identity.connectorType,
    identity.organisation,
    identity.lane,
    identity.kind,
    identity.id,
    identity.event,
    identity.revision,
  ];
  return hashOf(parts);
}

/** The same for a vendor with one way in: keys of its items, event by event. */
export const keyMaker =
  (connectorType: string, lane = '') =>
  (
    organisation: string,
    kind: string,
    id: string,
    event: ItemEvent,
    revision = '',
  ): string =>
    itemKey({ connectorType, organisation, lane, kind, id, event, revision });

/** A name for something that has none, the same each time: SHA-256 of its JSON, in hex. */
export const hashOf = (value: unknown, digits = 64): string =>
  textHash(JSON.stringify(value) ?? '', digits);

/** SHA-256 of a text as it is, in hex. */
export const textHash = (text: string, digits = 64): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits);
