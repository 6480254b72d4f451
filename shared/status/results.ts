import { z } from 'zod';
import { writeJsonLines } from '../archive/state/blobs.ts';
import type { ArchiveStorage } from '../archive/state/storage.ts';
import { safeKey } from '../archive/state/tableKeys.ts';
import { containers } from '../names.ts';

/** A line of the log that administrators download: one copy, and how it ended. */
const resultLineSchema = z.object({
  itemId: z.string(),
  key: z.string(),
  event: z.string(),
  /** When it happened in the source; ISO 8601, UTC. */
  date: z.string(),
  sourceUser: z.string(),
  mailbox: z.string(),
  outcome: z.string(),
  reason: z.string(),
  messageId: z.string(),
  sha256: z.string(),
  /** When the copy was made or given up; ISO 8601, UTC. */
  time: z.string(),
});
export type ResultLine = z.infer<typeof resultLineSchema>;

/** Writes `results/NAME/RUN/…`, one JSON object a line, once: what is there stays. */
export async function writeResults(
  storage: ArchiveStorage,
  at: { connector: string; runId: string; page: number; mailboxId?: string },
  lines: ResultLine[],
): Promise<void> {
  if (lines.length === 0) return;
  const part = at.mailboxId === undefined ? 'undelivered' : safeKey(at.mailboxId);
  const path = `${at.connector}/${at.runId}/${at.page}-${part}.jsonl`;
  await writeJsonLines(storage.container(containers.results), path, lines);
}
