import type { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import type { NewGap, OpenGap, Window } from '../../connectors/connector.ts';
import { answered } from './blobs.ts';
import { sha256 } from './tableKeys.ts';
import { queryRows, readRow } from './tables.ts';

const rowSchema = z.object({
  rowKey: z.string(),
  object: z.string(),
  itemId: z.string(),
  reason: z.string(),
  retry: z.string(),
  firstSeenAt: z.string(),
  /** The run that saw it first, and the last one that has tried it. */
  firstRunId: z.string(),
  lastRunId: z.string().optional(),
  attempts: z.number(),
  /** What the table can be asked for; `resolvedAt` is for people. */
  isOpen: z.boolean(),
});
type GapRow = z.infer<typeof rowSchema>;

const dayMs = 24 * 60 * 60 * 1000;

/** What sources listed but did not give. */
export interface Gaps {
  /** Open gaps that runs before `runId` left, oldest first. */
  open(connector: string, runId: string): Promise<OpenGap[]>;
  count(connector: string): Promise<number>;
  record(connector: string, runId: string, window: Window, gap: NewGap): Promise<void>;
  resolve(connector: string, object: string): Promise<void>;
  /** Counts this run as one attempt for each gap that earlier runs left. */
  countAttempts(connector: string, runId: string): Promise<void>;
}

/** The table `Gaps`. `gapDays`: how long a gap is tried. */
export function createGaps(table: TableClient, gapDays: number, now: () => Date): Gaps {
  async function openRows(connector: string): Promise<GapRow[]> {
    const filter = `PartitionKey eq '${connector}' and isOpen eq true`;
    const open = await Array.fromAsync(queryRows(table, filter, rowSchema));
    return open.sort((a, b) => a.firstSeenAt.localeCompare(b.firstSeenAt));
  }

  const merge = (connector: string, rowKey: string, change: object) =>
    table.updateEntity({ partitionKey: connector, rowKey, ...change }, 'Merge');

  return {
    async open(connector, runId) {
      const left = (await openRows(connector)).filter((row) => row.firstRunId !== runId);
      return left.map((row) => ({
        object: row.object,
        itemId: row.itemId,
        reason: row.reason,
        retry: JSON.parse(row.retry),
        attempts: row.attempts,
        firstSeenAt: new Date(row.firstSeenAt),
        expired: now().getTime() - Date.parse(row.firstSeenAt) >= gapDays * dayMs,
      }));
    },

    count: async (connector) => (await openRows(connector)).length,

    async record(connector, runId, window, gap) {
      const rowKey = sha256(gap.object);
      const row = {
        partitionKey: connector,
        rowKey,
        object: gap.object,
        itemId: gap.itemId,
        reason: gap.reason,
        retry: JSON.stringify(gap.retry ?? null),
      };
      const known = await readRow(table, connector, rowKey, rowSchema);
      if (known?.value.isOpen) {
        await merge(connector, rowKey, { reason: gap.reason, retry: row.retry });
        return;
      }
      if (known && known.value.firstRunId === runId) return;
      await table.upsertEntity(
        {
          ...row,
          firstSeenAt: now().toISOString(),
          firstRunId: runId,
          attempts: 0,
          isOpen: true,
          windowFrom: window.from.toISOString(),
          windowTo: window.to.toISOString(),
        },
        'Replace',
      );
    },

    async resolve(connector, object) {
      try {
        const resolvedAt = now().toISOString();
        await merge(connector, sha256(object), { isOpen: false, resolvedAt });
      } catch (error) {
        if (!answered(error, 404)) throw error;
      }
    },

    async countAttempts(connector, runId) {
      for (const row of await openRows(connector)) {
        if (row.firstRunId === runId || row.lastRunId === runId) continue;
        const change = { attempts: row.attempts + 1, lastRunId: runId };
        await merge(connector, row.rowKey, change);
      }
    },
  };
}
