import type { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import type { ItemRef } from '../../connectors/connector.ts';
import { answered } from './blobs.ts';
import { queryRows, submitAll } from './tables.ts';

const rowSchema = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  etag: z.string().optional(),
  /** The page that archives the item, `NAME/RUN/N`. */
  owner: z.string(),
  /** The owner only saw it: whoever gets its content first takes it over. */
  waiting: z.boolean().optional(),
});
type IndexRow = z.infer<typeof rowSchema>;

/** An item that a page wants to be the one to archive. */
export interface Claim extends ItemRef {
  waiting: boolean;
}

/** The known items of all connectors: who saw which item first. */
export interface ItemIndex {
  /** The pages that own these items, by key; unknown items are not in the result. */
  owners(connector: string, items: ItemRef[]): Promise<Map<string, string>>;
  /**
   * Makes `page` the owner of every item that has none yet. Returns the keys that are the
   * page's own. Doing it twice changes nothing.
   */
  claim(connector: string, page: string, items: Claim[]): Promise<Set<string>>;
}

const key = (row: IndexRow) => row.rowKey.slice(10);

/**
 * Rows sort by the item's time, and a page holds items of a stretch of time: so one range query
 * for each day of a page finds what is known of it, whatever the number of its items.
 */
function place(connector: string, item: ItemRef) {
  const digits = new Date(item.at).toISOString().replace(/\D/g, '');
  return {
    partitionKey: `${connector}|${digits.slice(0, 8)}`,
    rowKey: `${digits.slice(8)}-${item.key}`,
  };
}

/** The table `ItemIndex`. */
export function createItemIndex(table: TableClient): ItemIndex {
  async function lookUp(connector: string, items: ItemRef[]) {
    const days = Map.groupBy(
      items.map((item) => place(connector, item)),
      (row) => row.partitionKey,
    );
    const wanted = new Set(items.map((item) => item.key));
    const found = new Map<string, IndexRow>();
    for (const [day, rows] of days) {
      const rowKeys = rows.map((row) => row.rowKey).sort();
      const filter =
        `PartitionKey eq '${day}' and RowKey ge '${rowKeys[0]}'` +
        ` and RowKey le '${rowKeys.at(-1)}'`;
      for await (const row of queryRows(table, filter, rowSchema)) {
        if (wanted.has(key(row))) found.set(key(row), row);
      }
    }
    return found;
  }

  async function insertMissing(connector: string, page: string, items: Claim[]) {
    const found = await lookUp(connector, items);
    const rows = new Map<string, ReturnType<typeof place> & { item: Claim }>();
    for (const item of items) {
      if (!found.has(item.key)) rows.set(item.key, { ...place(connector, item), item });
    }
    for (const day of Map.groupBy(rows.values(), (row) => row.partitionKey).values()) {
      await submitAll(
        table,
        day.map(({ item, ...row }) => [
          'create',
          { ...row, owner: page, ...(item.waiting && { waiting: true }) },
        ]),
      );
    }
    return found;
  }

  /** What waited for its content goes to the page that brings it. */
  async function takeOver(row: IndexRow, page: string): Promise<boolean> {
    const { partitionKey, rowKey, etag } = row;
    try {
      await table.updateEntity(
        { partitionKey, rowKey, owner: page, waiting: false },
        'Merge',
        etag ? { etag } : {},
      );
      return true;
    } catch (error) {
      if (answered(error, 412)) return false;
      throw error;
    }
  }

  return {
    async owners(connector, items) {
      const rows = await lookUp(connector, items);
      return new Map([...rows].map(([itemKey, row]) => [itemKey, row.owner]));
    },

    async claim(connector, page, items) {
      const found = await retryOnConflict(() => insertMissing(connector, page, items));
      const own = new Set<string>();
      for (const item of items) {
        const row = found.get(item.key);
        const mine =
          !row ||
          row.owner === page ||
          (row.waiting && !item.waiting && (await takeOver(row, page)));
        if (mine) own.add(item.key);
      }
      return own;
    },
  };
}

/** Somebody inserted between look-up and insert: look again. */
async function retryOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 5 || !answered(error, 409)) throw error;
    }
  }
}
