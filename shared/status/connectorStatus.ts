import type { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { answered } from '../archive/state/blobs.ts';
import { queryRows, type Row, readRow } from '../archive/state/tables.ts';

const connectorStates = ['idle', 'running', 'failed', 'misconfigured'] as const;

const statusSchema = z.object({
  rowKey: z.string(),
  type: z.string().default(''),
  state: z.enum(connectorStates).catch('idle'),
  /** The run that fetches now; empty when none does. */
  activeRunId: z.string().default(''),
  lastRunId: z.string().default(''),
  lastSuccessAt: z.string().default(''),
  /** Up to when the source is archived: ISO 8601, UTC; empty before the first run. */
  watermark: z.string().default(''),
  openGaps: z.number().default(0),
  message: z.string().default(''),
  /** What an administrator has to change before imports can go on; empty if nothing. */
  importProblem: z.string().default(''),
  /** Why the custom mapping in `config` is not used; empty if it is, or there is none. */
  mappingProblem: z.string().default(''),
});
export type ConnectorStatus = z.infer<typeof statusSchema>;
/** What of a connector's row is to be changed. */
export type StatusChange = Partial<Omit<ConnectorStatus, 'rowKey'>>;

/** The table `ConnectorStatus`: one row for each connector. */
export interface ConnectorStatuses {
  all(): Promise<ConnectorStatus[]>;
  read(connector: string): Promise<ConnectorStatus>;
  /**
   * Changes a row by its ETag: `change` sees what is there and answers what to write, or
   * undefined to leave it. It may be called again if somebody else writes meanwhile.
   * Returns what the row says afterwards.
   */
  change(
    connector: string,
    change: (status: ConnectorStatus) => Promise<StatusChange | undefined>,
  ): Promise<ConnectorStatus>;
}

const partitionKey = 'connector';

/** The table `ConnectorStatus`. */
export function createConnectorStatuses(table: TableClient): ConnectorStatuses {
  const find = (name: string) => readRow(table, partitionKey, name, statusSchema);
  const blank = (name: string) => statusSchema.parse({ rowKey: name });

  async function write(
    name: string,
    before: Row<ConnectorStatus> | undefined,
    row: object,
  ) {
    const entity = { partitionKey, rowKey: name, ...row };
    if (!before) await table.createEntity(entity);
    else await table.updateEntity(entity, 'Merge', { etag: before.etag });
  }

  return {
    all: () =>
      Array.fromAsync(
        queryRows(table, `PartitionKey eq '${partitionKey}'`, statusSchema),
      ),

    async read(name) {
      return (await find(name))?.value ?? blank(name);
    },

    async change(name, change) {
      for (;;) {
        const before = await find(name);
        const status = before?.value ?? blank(name);
        const changed = await change(status);
        if (!changed) return status;
        try {
          await write(name, before, changed);
          return { ...status, ...changed };
        } catch (error) {
          if (!answered(error, 409, 412)) throw error;
        }
      }
    },
  };
}
