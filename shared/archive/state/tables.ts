import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { z } from 'zod';
import { answered } from './blobs.ts';

/** The service takes 100 operations on one partition at a time. */
const transactionSize = 100;

/** Submits actions of one partition in as few calls as the service allows, in order. */
export async function submitAll(
  table: TableClient,
  actions: TransactionAction[],
): Promise<void> {
  for (let i = 0; i < actions.length; i += transactionSize) {
    await table.submitTransaction(actions.slice(i, i + transactionSize));
  }
}

/** All rows that an OData filter finds, parsed; rows that can't be read are an error. */
export async function* queryRows<T>(
  table: TableClient,
  filter: string,
  schema: z.ZodType<T>,
): AsyncGenerator<T> {
  for await (const row of table.listEntities({ queryOptions: { filter } })) {
    yield schema.parse(row);
  }
}

/** A row, and the ETag under which it may be changed. */
export interface Row<T> {
  value: T;
  etag: string;
}

/** One row, parsed; undefined if there is none. */
export async function readRow<T>(
  table: TableClient,
  partitionKey: string,
  rowKey: string,
  schema: z.ZodType<T>,
): Promise<Row<T> | undefined> {
  try {
    const row = await table.getEntity(partitionKey, rowKey);
    return { value: schema.parse(row), etag: row.etag };
  } catch (error) {
    if (answered(error, 404)) return undefined;
    throw error;
  }
}

/** Removes what is undefined: the table service knows no such value. */
export function withoutUndefined<T extends object>(row: T): T {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== undefined),
  ) as T;
}
