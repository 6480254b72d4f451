import type { TableClient, TransactionAction } from '@azure/data-tables';
import pLimit from 'p-limit';
import { z } from 'zod';
import { answered } from '../state/blobs.ts';
import { safeKey } from '../state/tableKeys.ts';
import { readRow, withoutUndefined } from '../state/tables.ts';

const ledgerStates = ['intent', 'imported', 'partial', 'failed'] as const;

const rowSchema = z.object({
  rowKey: z.string(),
  state: z.enum(ledgerStates),
  /** Who wrote the intent: `HOST~TURN`. */
  owner: z.string().default(''),
  /** Made anew with each intent, so that a writer knows its own. */
  claim: z.string().default(''),
  /** The order's name, `NAME-RUN-N`. */
  order: z.string().default(''),
  connector: z.string().default(''),
  runId: z.string().default(''),
  messageId: z.string().optional(),
  emailPath: z.string().default(''),
  sha256: z.string().default(''),
  /** ISO 8601: when the intent was written, or the outcome. */
  at: z.string().default(''),
  /** ISO 8601: after it the intent's request can't be under way any more. */
  deadline: z.string().optional(),
  /** The intent's request was never sent, or was refused: there is nothing to look for. */
  refused: z.boolean().default(false),
  /** The messages that an intent is building, see `build.ts`. */
  build: z.string().optional(),
  /** Why the copy is or will be partial. */
  partial: z.string().optional(),
  /** Why it failed. */
  reason: z.string().optional(),
});

/** What is known of one key in one mailbox. */
export type LedgerEntry = Omit<z.infer<typeof rowSchema>, 'rowKey'>;

/** An entry and the ETag under which it may be changed. */
export interface LedgerRow {
  entry: LedgerEntry;
  etag: string;
}

/** `etag` is the row's that is replaced; undefined where there must be none. */
export interface LedgerChange {
  key: string;
  entry: LedgerEntry;
  etag: string | undefined;
}

/** The table `ImportLedger`: which key is in which mailbox, and how it got there. */
export interface Ledger {
  /** What there is of these keys. */
  read(mailbox: string, keys: string[]): Promise<Map<string, LedgerRow>>;
  /**
   * All changes or none, in one call; at most 100, each of another key. Returns the new ETags,
   * or undefined if a row was not as expected.
   */
  write(
    mailbox: string,
    changes: LedgerChange[],
  ): Promise<Map<string, string> | undefined>;
}

const readsAtATime = 16;
/** The service takes 64 KB in a property; a sentence is shorter. */
const longestText = 2_000;

/** The table `ImportLedger`. */
export function createLedger(table: TableClient): Ledger {
  return {
    async read(mailbox, keys) {
      const limit = pLimit(readsAtATime);
      const rows = new Map<string, LedgerRow>();
      const readOne = async (key: string) => {
        const row = await readRow(table, safeKey(mailbox), safeKey(key), rowSchema);
        if (row) rows.set(key, { entry: row.value, etag: row.etag });
      };
      await Promise.all([...new Set(keys)].map((key) => limit(readOne, key)));
      return rows;
    },

    async write(mailbox, changes) {
      if (changes.length === 0) return new Map();
      const actions = changes.map((change) => actionOf(safeKey(mailbox), change));
      try {
        const { subResponses } = await table.submitTransaction(actions);
        return new Map(
          changes.map(({ key }, i) => [key, subResponses[i]?.etag?.trim() ?? '']),
        );
      } catch (error) {
        if (answered(error, 404, 409, 412)) return undefined;
        throw error;
      }
    },
  };
}

function actionOf(
  partitionKey: string,
  { key, entry, etag }: LedgerChange,
): TransactionAction {
  const row = withoutUndefined({
    ...{ partitionKey, rowKey: safeKey(key), ...entry },
    partial: entry.partial?.slice(0, longestText),
    reason: entry.reason?.slice(0, longestText),
  });
  return etag === undefined ? ['create', row] : ['update', row, 'Replace', { etag }];
}
