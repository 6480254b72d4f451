import { z } from 'zod';
import type { StateStore, Stored, Window } from '../connector.ts';

const storedDatasetSchema = z.object({
  id: z.string(),
  uri: z.string(),
  size: z.number().optional(),
  /** Where the ZIP lies among the connector's files, once it was downloaded. */
  file: z.object({ path: z.string(), bytes: z.number() }).optional(),
  downloads: z.number().default(0),
});
export type StoredDataset = z.infer<typeof storedDatasetSchema>;

const finishedTaskSchema = z.object({
  id: z.string(),
  /** When the account was looked at: not before the one, and not after the other. */
  from: z.string(),
  to: z.string(),
  creatorId: z.string().optional(),
  datasets: z.array(storedDatasetSchema),
});
export type FinishedTask = z.infer<typeof finishedTaskSchema>;

/** The one export that the connector works on: its task, and what was downloaded of it. */
const exportSchema = z.object({
  runId: z.string(),
  from: z.string(),
  to: z.string(),
  /** When it was first asked for, by our own clock. */
  askedAt: z.string(),
  taskId: z.string().optional(),
  finished: finishedTaskSchema.optional(),
  /** It was read to its end, and nothing is stored of it any more. */
  isClosed: z.boolean().default(false),
  /** Tasks that failed or were lost for this window. */
  failures: z.number().default(0),
  /** Tasks that were read to their end or are good for nothing; they are not found again. */
  used: z.array(z.string()).default([]),
});
export type ExportState = z.infer<typeof exportSchema>;

const document = 'export';
const mostUsed = 100;

/** Keeps the state of the one export under way. */
export interface ExportStore {
  read(): Promise<Stored<ExportState> | undefined>;
  /** Throws if somebody else wrote meanwhile. */
  write(state: ExportState, ifMatch: string): Promise<Stored<ExportState>>;
}

/** The store of a connector, in its own documents. */
export function createExportStore(store: StateStore): ExportStore {
  const read = () => store.read(document, exportSchema);
  return {
    read,
    async write(state, ifMatch) {
      const value = { ...state, used: state.used.slice(-mostUsed) };
      const isWritten = await store.write(document, value, ifMatch);
      const kept = isWritten ? await read() : undefined;
      if (!kept) throw new Error('Another process works on the same export.');
      return kept;
    },
  };
}

/** An export that nothing has been done for yet. */
export const newExport = (
  runId: string,
  { from, to }: Window,
  now: Date,
  used: string[],
): ExportState => ({
  ...{ runId, from: from.toISOString(), to: to.toISOString() },
  ...{ askedAt: now.toISOString(), failures: 0, used, isClosed: false },
});

/** True if the state is of this run and this very window. */
export const isExportOf = (
  state: ExportState,
  runId: string,
  { from, to }: Window,
): boolean =>
  state.runId === runId &&
  state.from === from.toISOString() &&
  state.to === to.toISOString();
