import type { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { safeKey } from '../archive/state/tableKeys.ts';
import { queryRows, readRow, submitAll } from '../archive/state/tables.ts';

/** The counts of copies, as `RunLog` shows them. */
const copyCountsSchema = z.object({
  imported: z.number().default(0),
  partial: z.number().default(0),
  skipped: z.number().default(0),
  failed: z.number().default(0),
});
export type CopyCounts = z.infer<typeof copyCountsSchema>;

const rowSchema = copyCountsSchema.extend({
  rowKey: z.string(),
  available: z.number().default(0),
  reread: z.number().default(0),
  excluded: z.number().default(0),
  sourceReported: z.number().optional(),
  converted: z.number().default(0),
  /** How many orders the page has; absent until its people are mapped. */
  orders: z.number().optional(),
  /** How many copies those orders ask for. */
  due: z.number().default(0),
  /** An order of the page was taken away unread: what is missing has to be placed again. */
  misplaced: z.boolean().default(false),
  /** How often the sweep went on with the page, and when last, in milliseconds since 1970. */
  sweeps: z.number().default(0),
  sweptAt: z.number().default(0),
});
export type ProgressRow = z.infer<typeof rowSchema>;

/** What is known of a page; what is absent is left as it is. */
export interface PageProgress {
  available?: number;
  reread?: number;
  sourceReported?: number;
  converted?: number;
  orders?: number;
  due?: number;
  excluded?: number;
  failed?: number;
  misplaced?: boolean;
  sweeps?: number;
  sweptAt?: number;
}

/**
 * What a run still waits for. Row keys: `00012` for a page, `00012|MAILBOX` for what it brought
 * to a mailbox, `u|PERSON` for somebody who has no mailbox here. Each is an idempotent upsert.
 */
export interface RunProgress {
  page(
    connector: string,
    runId: string,
    page: number,
    change: PageProgress,
  ): Promise<void>;
  copies(
    connector: string,
    runId: string,
    page: number,
    mailboxId: string,
    counts: CopyCounts,
  ): Promise<void>;
  /** How a page stands; undefined if nothing is known of it. */
  pageOf(
    connector: string,
    runId: string,
    page: number,
  ): Promise<ProgressRow | undefined>;
  /** The mailboxes (as in row keys) that a page's orders are done with. */
  doneMailboxes(connector: string, runId: string, page: number): Promise<Set<string>>;
  unmapped(connector: string, runId: string, sourceUsers: string[]): Promise<void>;
  read(connector: string, runId: string): Promise<RunTotals>;
}

/** A run's rows, added up. */
export interface RunTotals extends CopyCounts {
  availableFromSource: number;
  reread: number;
  sourceReported: number | undefined;
  converted: number;
  excluded: number;
  unmapped: number;
  /** Numbers of the pages whose people are mapped. */
  mappedPages: Set<number>;
  /** Numbers of the pages that have been fetched. */
  fetchedPages: Set<number>;
  /** Copies that should be: those that orders ask for, and those that failed before. */
  copiesDue: number;
  ordersDue: number;
  ordersDone: number;
}

const pageKey = (page: number) => String(page).padStart(5, '0');

/** The table `RunProgress`. */
export function createRunProgress(table: TableClient): RunProgress {
  const upsert = (connector: string, runId: string, rowKey: string, columns: object) =>
    table
      .upsertEntity(
        { partitionKey: `${connector}|${runId}`, rowKey, ...columns },
        'Merge',
      )
      .then(() => {});
  const copiesKey = (page: number, mailboxId: string) =>
    `${pageKey(page)}|${safeKey(mailboxId)}`;

  return {
    page: (connector, runId, page, change) =>
      upsert(connector, runId, pageKey(page), change),
    copies: (connector, runId, page, mailboxId, counts) =>
      upsert(connector, runId, copiesKey(page, mailboxId), counts),
    async pageOf(connector, runId, page) {
      const rowKey = pageKey(page);
      return (await readRow(table, `${connector}|${runId}`, rowKey, rowSchema))?.value;
    },
    async doneMailboxes(connector, runId, page) {
      const filter =
        `PartitionKey eq '${connector}|${runId}'` +
        ` and RowKey gt '${pageKey(page)}|' and RowKey lt '${pageKey(page)}}'`;
      const rows = await Array.fromAsync(queryRows(table, filter, rowSchema));
      return new Set(rows.map((row) => row.rowKey.split('|')[1] ?? ''));
    },
    async unmapped(connector, runId, sourceUsers) {
      const rowKeys = new Set(sourceUsers.map((user) => `u|${safeKey(user)}`));
      const partitionKey = `${connector}|${runId}`;
      await submitAll(
        table,
        [...rowKeys].map((rowKey) => ['upsert', { partitionKey, rowKey }, 'Merge']),
      );
    },
    async read(connector, runId) {
      const filter = `PartitionKey eq '${connector}|${runId}'`;
      return addUp(await Array.fromAsync(queryRows(table, filter, rowSchema)));
    },
  };
}

/** Pure, so that what administrators read can be checked by hand. */
export function addUp(rows: ProgressRow[]): RunTotals {
  const totals: RunTotals = {
    ...{ imported: 0, partial: 0, skipped: 0, failed: 0 },
    ...{ availableFromSource: 0, reread: 0, converted: 0, excluded: 0, unmapped: 0 },
    ...{ sourceReported: undefined, copiesDue: 0, ordersDue: 0, ordersDone: 0 },
    mappedPages: new Set(),
    fetchedPages: new Set(),
  };
  for (const row of rows) {
    const [first = '', mailbox] = row.rowKey.split('|');
    if (first === 'u') {
      totals.unmapped++;
      continue;
    }
    totals.imported += row.imported;
    totals.partial += row.partial;
    totals.skipped += row.skipped;
    totals.failed += row.failed;
    if (mailbox !== undefined) {
      totals.ordersDone++;
      continue;
    }
    totals.copiesDue += row.due + row.failed;
    totals.availableFromSource += row.available;
    totals.reread += row.reread;
    totals.converted += row.converted;
    totals.excluded += row.excluded;
    if (row.sourceReported !== undefined) {
      totals.sourceReported = (totals.sourceReported ?? 0) + row.sourceReported;
    }
    totals.fetchedPages.add(Number(first));
    if (row.orders === undefined) continue;
    totals.mappedPages.add(Number(first));
    totals.ordersDue += row.orders;
  }
  return totals;
}
