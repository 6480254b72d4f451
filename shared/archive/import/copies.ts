import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { OrderEntry } from '../state/order.ts';
import {
  addTo,
  type Claimant,
  type Doubt,
  type DueCopy,
  type Ending,
  emptySorted,
  firstRow,
  lastRow,
  type Sorted,
  sortRow,
} from './copyRows.ts';
import type { Ledger, LedgerChange, LedgerEntry, LedgerRow } from './ledger.ts';

/** An intent of ours: who holds it may make the request, until `deadline` (ms since 1970). */
export interface Claim {
  entry: OrderEntry;
  row: LedgerEntry;
  etag: string;
  deadline: number;
}

/** A copy that was claimed, and how making it ended. */
export interface Ended {
  claim: Claim;
  ending: Ending;
}

/** What of a claimed row may change before it ends. */
export type ClaimChange = Pick<LedgerEntry, 'partial' | 'build'>;

/** One order's dealings with the ledger. */
export interface Copies {
  /** What the ledger says of these entries. */
  sort(entries: OrderEntry[]): Promise<Sorted>;
  /** Writes the intents. What the ledger knows of meanwhile is not claimed, but sorted. */
  claim(due: DueCopy[]): Promise<{ claims: Claim[]; sorted: Sorted }>;
  /** Gives an intent that was not sent yet more time. False if it is ours no more. */
  renew(claim: Claim, change?: ClaimChange): Promise<boolean>;
  /** Writes how the claims ended; refused ones are due again. */
  settle(ended: Ended[]): Promise<Sorted>;
  /** Settles doubts whose messages were found. */
  adopt(found: { doubt: Doubt; messageId: string }[]): Promise<Sorted>;
}

/** Whose copies they are, and where they are written down. */
export interface CopiesDeps extends Claimant {
  ledger: Ledger;
  clock: Clock;
  /** The mailbox, as in the paths under `imports`. */
  mailbox: string;
  /** Removes a message that turned out to be a second copy. */
  discard(messageId: string): Promise<void>;
}

/** How long an intent's request may wait for its turn and then take. */
const intentMs = 2 * 60_000;
/** More conflicts than this in a row are no coincidence. */
const mostRounds = 5;

/** The ledger's rows of one order, as its writer sees them. */
export function createCopies(deps: CopiesDeps): Copies {
  const { ledger, mailbox, name, clock } = deps;
  const fresh = () => new Date(clock.now().getTime() + intentMs);

  async function sort(entries: OrderEntry[]): Promise<Sorted> {
    const rows = await ledger.read(mailbox, entries.map(keyOf));
    return sortAll(entries, rows);
  }

  function sortAll(entries: OrderEntry[], rows: Map<string, LedgerRow>): Sorted {
    const sorted = emptySorted();
    for (const entry of entries) sortRow(entry, rows.get(entry.key), name, sorted);
    return sorted;
  }

  /** All changes or none; returns the rows as they are then, if it was all. */
  async function write(changes: LedgerChange[]) {
    const etags = await ledger.write(mailbox, changes);
    if (!etags) return undefined;
    const row = ({ key, entry }: LedgerChange): [string, LedgerRow] => [
      key,
      { entry, etag: etags.get(key) ?? '' },
    ];
    return new Map(changes.map(row));
  }

  async function claim(due: DueCopy[]) {
    const mark = randomUUID();
    const claims: Claim[] = [];
    const sorted = emptySorted();
    let open = due;
    for (let round = 0; open.length > 0; round++) {
      if (round === mostRounds) throw new Error('The ledger is contended.');
      const times = { at: clock.now(), deadline: fresh() };
      const changes = open.map((copy) => ({
        ...{ key: copy.entry.key, etag: copy.etag },
        entry: firstRow(deps, copy, times, mark),
      }));
      const keys = open.map(({ entry }) => entry.key);
      const rows = (await write(changes)) ?? (await ledger.read(mailbox, keys));
      open = open.flatMap((copy) => {
        const row = rows.get(copy.entry.key);
        // It may be ours even after a conflict, if the answer was lost and the call repeated.
        if (row?.entry.claim === mark && row.entry.state === 'intent') {
          claims.push(claimOf(copy.entry, row));
          return [];
        }
        const now = emptySorted();
        sortRow(copy.entry, row, name, now);
        const still = now.due.map(({ etag, build }) => ({
          ...{ ...copy, etag, build: build ?? copy.build },
        }));
        addTo(sorted, { ...now, due: [] });
        return still;
      });
    }
    return { claims, sorted };
  }

  async function renew(held: Claim, change?: ClaimChange): Promise<boolean> {
    const deadline = fresh().toISOString();
    const { key } = held.entry;
    const entry = { ...held.row, deadline, ...change };
    const row = (await write([{ key, etag: held.etag, entry }]))?.get(key);
    if (row) Object.assign(held, claimOf(held.entry, row));
    return row !== undefined;
  }

  async function settle(ended: Ended[]): Promise<Sorted> {
    const changes = ended.map(({ claim: held, ending }) => ({
      ...{ key: held.entry.key, etag: held.etag },
      entry: lastRow(held.row, ending, clock.now()),
    }));
    const rows = await write(changes);
    const entries = ended.map(({ claim: held }) => held.entry);
    if (rows) return sortAll(entries, rows);
    const sorted = emptySorted();
    for (const one of ended) addTo(sorted, await settleContested(one));
    return sorted;
  }

  /**
   * Somebody else judged this copy meanwhile. Who writes an outcome first is right: the message
   * that the ledger names stays, and if ours is another, it is removed.
   */
  async function settleContested({ claim: held, ending }: Ended): Promise<Sorted> {
    const { entry } = held;
    for (let round = 0; round < mostRounds; round++) {
      const row = (await ledger.read(mailbox, [entry.key])).get(entry.key);
      const open = !row?.entry.messageId;
      const ours = open && row?.entry.claim === held.row.claim;
      // A message that was built is named in the row, and whoever took it over goes on with it.
      const known = ending.kind === 'made' && held.row.build === undefined;
      if (ours || (open && known)) {
        const last = lastRow(held.row, ending, clock.now());
        const rows = await write([{ key: entry.key, etag: row?.etag, entry: last }]);
        if (rows) return sortAll([entry], rows);
      } else {
        if (known && row?.entry.messageId !== ending.messageId) {
          await deps.discard(ending.messageId);
        }
        return sortAll([entry], new Map(row ? [[entry.key, row]] : []));
      }
    }
    throw new Error('The ledger is contended.');
  }

  async function adopt(found: { doubt: Doubt; messageId: string }[]): Promise<Sorted> {
    const changes = found.map(({ doubt: { entry, row }, messageId }) => ({
      ...{ key: entry.key, etag: row.etag },
      entry: lastRow(row.entry, { kind: 'made', messageId }, clock.now()),
    }));
    const entries = found.map(({ doubt }) => doubt.entry);
    const rows = await write(changes);
    return rows ? sortAll(entries, rows) : sort(entries);
  }

  return { sort, claim, renew, settle, adopt };
}

const keyOf = ({ key }: OrderEntry): string => key;

const claimOf = (entry: OrderEntry, row: LedgerRow): Claim => ({
  ...{ entry, row: row.entry, etag: row.etag },
  deadline: Date.parse(row.entry.deadline ?? ''),
});
