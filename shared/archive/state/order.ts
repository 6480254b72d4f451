import { z } from 'zod';

/** A row of the connector's `ItemLog`: the run that it stands under, and its key there. */
export const logRowRefSchema = z.object({ runId: z.string(), row: z.string() });
export type LogRowRef = z.infer<typeof logRowRefSchema>;

/** One email that is due in one mailbox. */
export const orderEntrySchema = z.object({
  key: z.string(),
  itemId: z.string(),
  event: z.string(),
  /** When it happened: ISO 8601, UTC. */
  at: z.string(),
  /** The source's ids of the people for whom this mailbox gets it. */
  sourceUsers: z.array(z.string()),
  emailPath: z.string(),
  /** Size of the email in bytes, and its SHA-256 in hex. */
  bytes: z.number(),
  sha256: z.string(),
  /** Why the email itself is not complete: the copy counts as *partial*. */
  partial: z.string().optional(),
  /** What is resolved when this copy is made. */
  resolves: z.array(logRowRefSchema).optional(),
});
export type OrderEntry = z.infer<typeof orderEntrySchema>;

/**
 * An import order, `imports/MAILBOX/NAME-RUN-N`: what one page brings to one mailbox. It is never
 * rewritten; progress is in the ledger, and it is deleted when every entry has an outcome.
 */
export const orderSchema = z.object({
  connector: z.string(),
  runId: z.string(),
  page: z.number(),
  mailboxId: z.string(),
  /** The mailbox's address, for the log that administrators download. */
  mailbox: z.string(),
  /** The folder under the Inbox; its name is the category too. */
  folder: z.string(),
  entries: z.array(orderEntrySchema),
});
export type ImportOrder = z.infer<typeof orderSchema>;

const copyOutcomes = ['imported', 'partial', 'skipped', 'failed'] as const;
/** One of `copyOutcomes`. */
export type CopyOutcome = (typeof copyOutcomes)[number];

/** How one entry of an order ended. */
export interface CopyResult {
  entry: OrderEntry;
  outcome: CopyOutcome;
  /** For partial and failed: a sentence that says what happened and what to do. */
  reason?: string;
  /** Graph's immutable id. */
  messageId?: string;
}
