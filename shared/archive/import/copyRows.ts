import type { CopyResult, ImportOrder, OrderEntry } from '../state/order.ts';
import type { LedgerEntry, LedgerRow } from './ledger.ts';

/** One copy that an order wants, before its request. */
export interface DueCopy {
  entry: OrderEntry;
  /** Of the ledger row that is replaced; undefined where there is none. */
  etag?: string | undefined;
  /** Why the message will not be the whole email. */
  partial?: string | undefined;
  /** What was built of it already. */
  build?: string | undefined;
  /** Why there will be no message. */
  failure?: string | undefined;
}

/** A copy of which nobody knows whether it was made. */
export interface Doubt {
  entry: OrderEntry;
  row: LedgerRow;
}

/** What is known of copies: some are settled, some in doubt, some to be made. */
export interface Sorted {
  results: CopyResult[];
  doubts: Doubt[];
  due: DueCopy[];
}

/** How the request for a copy ended. */
export type Ending =
  | { kind: 'made'; messageId: string }
  | { kind: 'failed'; reason: string }
  | { kind: 'doubt' }
  /** It was never sent, or refused: nothing happened. */
  | { kind: 'refused' };

/** For whom rows are written: this holding of the mailbox's lock, and this order. */
export interface Claimant {
  owner: string;
  /** The order's name. */
  name: string;
  order: ImportOrder;
}

/** Nothing, to add to. */
export const emptySorted = (): Sorted => ({ results: [], doubts: [], due: [] });

/** Adds the second to the first. */
export function addTo(sum: Sorted, more: Sorted): void {
  sum.results.push(...more.results);
  sum.doubts.push(...more.doubts);
  sum.due.push(...more.due);
}

/** What a ledger row means for the order of that name. */
export function sortRow(
  entry: OrderEntry,
  row: LedgerRow | undefined,
  orderName: string,
  into: Sorted,
): void {
  const result = row && resultOf(entry, row.entry, orderName);
  if (result) into.results.push(result);
  else if (!row) into.due.push({ entry });
  else if (row.entry.state === 'intent' && row.entry.build !== undefined) {
    // Its messages are named, and moving one twice does no harm: there is no doubt to wait for.
    const { build, partial } = row.entry;
    into.due.push({ entry, etag: row.etag, build, partial });
  } else if (row.entry.state === 'intent' && !row.entry.refused) {
    into.doubts.push({ entry, row });
  } else into.due.push({ entry, etag: row.etag });
}

/** Undefined where it is open, or where another order failed at what this one may try again. */
function resultOf(
  entry: OrderEntry,
  row: LedgerEntry,
  orderName: string,
): CopyResult | undefined {
  const message = row.messageId === undefined ? {} : { messageId: row.messageId };
  if (row.state === 'intent') return undefined;
  if (row.order !== orderName) {
    return row.state === 'failed' ? undefined : { entry, outcome: 'skipped', ...message };
  }
  const reason = row.state === 'failed' ? row.reason : row.partial;
  return { entry, outcome: row.state, ...message, ...(reason && { reason }) };
}

/** The row to write before the request, or the outcome if there will be none. */
export function firstRow(
  { owner, name, order }: Claimant,
  { entry, partial, failure, build }: DueCopy,
  times: { at: Date; deadline: Date },
  claim: string,
): LedgerEntry {
  const common = {
    ...{ owner, claim, order: name, connector: order.connector, runId: order.runId },
    ...{ emailPath: entry.emailPath, sha256: entry.sha256 },
    ...{ at: times.at.toISOString(), refused: false },
  };
  // What is being built may have been moved already: that is looked at first.
  if (failure !== undefined && build === undefined)
    return { ...common, state: 'failed', reason: failure };
  const deadline = times.deadline.toISOString();
  return { ...common, state: 'intent', deadline, partial, build };
}

/** The row after the request. */
export function lastRow(row: LedgerEntry, ending: Ending, now: Date): LedgerEntry {
  const at = now.toISOString();
  switch (ending.kind) {
    case 'made': {
      const state = row.partial === undefined ? 'imported' : 'partial';
      const { messageId } = ending;
      return { ...row, state, at, deadline: undefined, build: undefined, messageId };
    }
    case 'failed':
      return {
        ...{ ...row, state: 'failed', at, reason: ending.reason },
        ...{ deadline: undefined, build: undefined },
      };
    case 'doubt':
      return { ...row, deadline: at };
    case 'refused':
      return { ...row, deadline: at, refused: true };
  }
}
