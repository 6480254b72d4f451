import type { NewGap, SourceRecord } from '../connector.ts';
import { Refusal, VendorFault } from '../http/vendorFaults.ts';
import { hydrate } from '../page/hydrate.ts';
import type { PageWork } from './pageWork.ts';

/** What became of one listed item. */
export interface Built {
  record: SourceRecord;
  gaps: NewGap[];
  /** Webex itself seems to be in trouble. */
  fault?: VendorFault;
}

export interface BuildOptions {
  /** Where the context has the item's room as it was at first sight. */
  room?: string | undefined;
  /** It was tried long enough: archive it as far as it is known. */
  isLast?: boolean;
}

/** Why something is left for later. */
export interface Wait {
  reason: string;
  fault?: VendorFault;
}

/** What identifies a gap within the connector. */
export const gapObjects = {
  item: (key: string) => `item:${key}`,
  text: (key: string) => `text:${key}`,
  file: (key: string, index: number) => `file:${key}:${index}`,
};

/** The item's room: as it was at first sight, or else as it is now. */
export async function roomOf(
  work: PageWork,
  data: { roomId: string; roomType?: string | undefined },
  options: BuildOptions,
): Promise<{ room?: string; wait?: Wait }> {
  if (options.room !== undefined) return { room: options.room };
  const hydrated = await hydrate(work.useRoom(data.roomId, data.roomType));
  if (hydrated.kind === 'found') return { room: hydrated.value };
  if (hydrated.kind === 'refused') return { wait: waitFor(hydrated) };
  return {};
}

export function waitFor({ reason, error }: { reason: string; error: Error }): Wait {
  if (error instanceof VendorFault) return { reason, fault: error };
  const isForbidden = error instanceof Refusal && error.status === 403;
  const advice =
    'Check the role Compliance Officer of the account that authorised the integration, and its scopes.';
  return { reason: isForbidden ? `${reason} ${advice}` : reason };
}

/** A record whose content is still to come: only its place and its readers are settled. */
export function waiting(
  work: PageWork,
  record: Omit<SourceRecord, 'files' | 'waiting'>,
  wait: Wait,
): Built {
  const { key, itemId } = record;
  const retry = { kind: 'item', page: work.request.page, key };
  const gap = { object: gapObjects.item(key), itemId, reason: wait.reason, retry };
  return {
    record: { ...record, files: [], waiting: true },
    gaps: [gap],
    ...(wait.fault && { fault: wait.fault }),
  };
}
