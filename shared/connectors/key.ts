import { createHash } from 'node:crypto';
import type { ItemEvent } from '../archive/state/item.ts';

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
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
