import type { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { answered } from '../archive/state/blobs.ts';
import type { LogRowRef } from '../archive/state/order.ts';
import { safeKey } from '../archive/state/tableKeys.ts';
import { queryRows, submitAll, withoutUndefined } from '../archive/state/tables.ts';

/** A row's strings may have 32 Ki characters, a transaction 4 MB: characters of each. */
const longestUsers = 4_000;
const longestReason = 4_000;

/** One row of `ItemLog`: what needs an administrator's eye. */
export interface ItemLogRow {
  key: string;
  itemId: string;
  sourceUserId?: string;
  /** The address that the source gives for somebody without a mailbox: for a custom mapping. */
  sourceAddress?: string;
  /** Number of the page that the copy is on; absent for what concerns more than one. */
  page?: number;
  /** Address of the mailbox; absent where there is none. */
  mailbox?: string;
  mailboxId?: string;
  outcome: 'partial' | 'failed' | 'unmapped' | 'pending';
  /** A sentence that says what happened and what to do. */
  reason: string;
  emailPath?: string;
}

const openRowSchema = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  sourceUserId: z.string().optional(),
  sourceAddress: z.string().optional(),
  page: z.number().optional(),
  mailbox: z.string().default(''),
  emailPath: z.string().default(''),
  resolvedAt: z.string().default(''),
});

/** A row that nothing has resolved yet. */
export interface OpenLogRow extends LogRowRef {
  /** The item's key, or what else the row is about. */
  key: string;
  /** The mailbox's id, or the person's, as in row keys. */
  whose: string;
  sourceUserId: string | undefined;
  sourceAddress: string | undefined;
  page: number | undefined;
  /** Empty where the copy had no mailbox. */
  mailbox: string;
  emailPath: string;
}

/** Which open rows are asked for. */
export interface OpenRowsQuery {
  outcomes: ItemLogRow['outcome'][];
  /** Of one run; of all runs of the connector, if absent. */
  runId?: string;
  page?: number;
}

/** The key of the row of somebody who has no mailbox: one for each run. */
export const personKey = 'unmapped';

/** The table `ItemLog`, for those who write it. */
export interface ItemLog {
  /** Idempotent: the same key and mailbox is the same row. */
  write(connector: string, runId: string, rows: ItemLogRow[]): Promise<void>;
  open(connector: string, query: OpenRowsQuery): AsyncGenerator<OpenLogRow>;
  /** Says of rows when they were resolved. Rows that are gone are left out. */
  resolve(connector: string, rows: LogRowRef[]): Promise<void>;
}

const partitionOf = (connector: string, runId: string) => `${connector}|${runId}`;

/** The table `ItemLog`; `now` gives the time of its rows. */
export function createItemLog(table: TableClient, now: () => Date): ItemLog {
  async function resolveOne(change: {
    partitionKey: string;
    rowKey: string;
    resolvedAt: string;
  }): Promise<void> {
    try {
      await table.updateEntity(change, 'Merge');
    } catch (error) {
      if (!answered(error, 404)) throw error;
    }
  }

  return {
    async write(connector, runId, rows) {
      const entities = new Map(
        rows.map(({ mailboxId, key, ...row }) => {
          const rowKey = rowKeyOf(key, mailboxId ?? row.sourceUserId);
          const partitionKey = partitionOf(connector, runId);
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

    async *open(connector, query) {
      for await (const found of queryRows(
        table,
        filterOf(connector, query),
        openRowSchema,
      )) {
        if (!found.resolvedAt) yield openRow(found);
      }
    },

    async resolve(connector, rows) {
      const unique = new Map(rows.map((ref) => [`${ref.runId}/${ref.row}`, ref]));
      const resolvedAt = now().toISOString();
      for (const [runId, refs] of Map.groupBy(unique.values(), (ref) => ref.runId)) {
        const partitionKey = partitionOf(connector, runId);
        const changes = refs.map(({ row: rowKey }) => ({
          partitionKey,
          rowKey,
          resolvedAt,
        }));
        try {
          await submitAll(
            table,
            changes.map((change) => ['update', change, 'Merge']),
          );
        } catch (error) {
          // One row that is gone fails them all.
          if (!answered(error, 404)) throw error;
          for (const change of changes) await resolveOne(change);
        }
      }
    },
  };
}

function filterOf(connector: string, { outcomes, runId, page }: OpenRowsQuery): string {
  const runs =
    runId === undefined
      ? `PartitionKey gt '${connector}|' and PartitionKey lt '${connector}}'`
      : `PartitionKey eq '${partitionOf(connector, runId)}'`;
  const wanted = outcomes.map((outcome) => `outcome eq '${outcome}'`).join(' or ');
  return `${runs} and (${wanted})${page === undefined ? '' : ` and page eq ${page}`}`;
}

/** The key of a row within its run. */
export const rowKeyOf = (key: string, whose: string | undefined): string =>
  `${safeKey(key)}|${safeKey(whose ?? '-')}`;

function openRow(found: z.infer<typeof openRowSchema>): OpenLogRow {
  const { partitionKey, rowKey, resolvedAt: _, ...rest } = found;
  const [key = '', whose = ''] = rowKey.split('|');
  const { sourceUserId, sourceAddress, page, mailbox, emailPath } = rest;
  return {
    ...{ runId: partitionKey.split('|')[1] ?? '', row: rowKey, key, whose },
    ...{ sourceUserId, sourceAddress, page, mailbox, emailPath },
  };
}
