import type { TableClient } from '@azure/data-tables';
import { safeKey } from '../archive/state/tableKeys.ts';
import { submitAll, withoutUndefined } from '../archive/state/tables.ts';

/** A row's strings may have 32 Ki characters, a transaction 4 MB: characters of each. */
const longestUsers = 4_000;
const longestReason = 4_000;

/** One row of `ItemLog`: what needs an administrator's eye. */
export interface ItemLogRow {
  key: string;
  itemId: string;
  sourceUserId?: string;
  /** Address of the mailbox; absent where there is none. */
  mailbox?: string;
  mailboxId?: string;
  outcome: 'partial' | 'failed' | 'unmapped' | 'pending';
  /** A sentence that says what happened and what to do. */
  reason: string;
  emailPath?: string;
}

/** The table `ItemLog`, for those who write it. */
export interface ItemLog {
  /** Idempotent: the same key and mailbox is the same row. */
  write(connector: string, runId: string, rows: ItemLogRow[]): Promise<void>;
}

export function createItemLog(table: TableClient, now: () => Date): ItemLog {
  return {
    async write(connector, runId, rows) {
      const entities = new Map(
        rows.map(({ mailboxId, key, ...row }) => {
          const rowKey = `${safeKey(key)}|${safeKey(mailboxId ?? row.sourceUserId ?? '-')}`;
          const partitionKey = `${connector}|${runId}`;
          const at = now().toISOString();
          const capped = {
            ...row,
            sourceUserId: row.sourceUserId?.slice(0, longestUsers),
            reason: row.reason.slice(0, longestReason),
          };
          return [rowKey, withoutUndefined({ partitionKey, rowKey, at, ...capped })];
        }),
      );
      await submitAll(
        table,
        [...entities.values()].map((row) => ['upsert', row, 'Merge']),
      );
    },
  };
}
