import type { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { runStart } from '../archive/runs/runIds.ts';
import { answered } from '../archive/state/blobs.ts';
import { invertedTime } from '../archive/state/tableKeys.ts';
import {
  queryRows,
  type Row,
  readRow,
  withoutUndefined,
} from '../archive/state/tables.ts';

const runStates = [
  'running',
  'completed',
  'completedWithIssues',
  'incomplete',
  'failed',
] as const;
/** One of `runStates`. */
export type RunState = (typeof runStates)[number];

/**
 * `archive` reads the source; `mapping` delivers to mailboxes that a new custom mapping names,
 * `replay` what failed before.
 */
const runKinds = ['archive', 'mapping', 'replay'] as const;
/** One of `runKinds`. */
export type RunKind = (typeof runKinds)[number];

/** A row of `RunLog`; times are ISO 8601, UTC. */
export const runRowSchema = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  runId: z.string(),
  kind: z.enum(runKinds).catch('archive'),
  state: z.enum(runStates).catch('running'),
  startedAt: z.string().default(''),
  completedAt: z.string().default(''),
  windowFrom: z.string().default(''),
  windowTo: z.string().default(''),
  sourceReported: z.number().optional(),
  availableFromSource: z.number().default(0),
  reread: z.number().default(0),
  excluded: z.number().default(0),
  availableForImport: z.number().default(0),
  imported: z.number().default(0),
  partial: z.number().default(0),
  skipped: z.number().default(0),
  failed: z.number().default(0),
  unmapped: z.number().default(0),
  openGaps: z.number().default(0),
  message: z.string().default(''),
  /** How many pages the run has; known when the source has been read to the end. */
  pages: z.number().optional(),
  /** When the source had been read, to the end or not; from then on imports are waited for. */
  closedAt: z.string().default(''),
  /** Why the source could not be read to the end; empty if it was. */
  fetchError: z.string().default(''),
  /** False while some copy's outcome is still to come, whatever the state. */
  settled: z.boolean().default(false),
});
export type RunRow = z.infer<typeof runRowSchema>;
/** What of a run's row is to be changed. */
export type RunChange = Partial<Omit<RunRow, 'partitionKey' | 'rowKey' | 'runId'>>;

/** The table `RunLog`: newest runs first. */
export interface RunLog {
  write(connector: string, runId: string, change: RunChange): Promise<void>;
  read(connector: string, runId: string): Promise<RunRow | undefined>;
  /** Writes if nobody else did since `etag`; false if somebody did. */
  replace(run: RunRow, etag: string, change: RunChange): Promise<boolean>;
  readWithEtag(connector: string, runId: string): Promise<Row<RunRow> | undefined>;
  /** Runs of all connectors with copies that have no outcome yet. */
  unsettled(): Promise<RunRow[]>;
}

const rowKeyOf = (runId: string) => `${invertedTime(runStart(runId))}-${runId}`;

/** The table `RunLog`. */
export function createRunLog(table: TableClient): RunLog {
  return {
    async write(connector, runId, change) {
      const keys = { partitionKey: connector, rowKey: rowKeyOf(runId), runId };
      await table.upsertEntity(withoutUndefined({ ...keys, ...change }), 'Merge');
    },
    read: async (connector, runId) =>
      (await readRow(table, connector, rowKeyOf(runId), runRowSchema))?.value,
    readWithEtag: (connector, runId) =>
      readRow(table, connector, rowKeyOf(runId), runRowSchema),
    async replace({ partitionKey, rowKey }, etag, change) {
      const row = withoutUndefined({ partitionKey, rowKey, ...change });
      try {
        await table.updateEntity(row, 'Merge', { etag });
        return true;
      } catch (error) {
        if (answered(error, 412)) return false;
        throw error;
      }
    },
    unsettled: () => Array.fromAsync(queryRows(table, 'settled eq false', runRowSchema)),
  };
}
