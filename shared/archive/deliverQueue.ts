import type { QueueClient } from '@azure/storage-queue';
import { z } from 'zod';
import { type PageRef, pagePath, parsePagePath } from './runs/runIds.ts';

const messageSchema = z.object({
  manifest: z.string(),
  attempt: z.number().default(0),
  once: z.boolean().default(false),
});

/** `deliver-emails`: one message for each manifest, a pointer and an attempt number. */
export interface DeliverQueue {
  send(ref: PageRef, attempt?: number, delaySeconds?: number): Promise<void>;
  /** For whoever comes back anyway: this message is not followed by another one. */
  sendOnce(ref: PageRef): Promise<void>;
}

/** A message, read. */
export interface DeliverMessage {
  ref: PageRef;
  attempt: number;
  once: boolean;
}

/** Messages on our queues never expire: what waits for a mailbox may wait for days. */
export const neverExpires = { messageTimeToLive: -1 };

/** The queue `deliver-emails`, for those who send. */
export function createDeliverQueue(queue: QueueClient): DeliverQueue {
  return {
    async send(ref, attempt = 0, delaySeconds = 0) {
      await queue.sendMessage(encodeMessage({ manifest: pagePath(ref), attempt }), {
        ...neverExpires,
        visibilityTimeout: delaySeconds,
      });
    },
    async sendOnce(ref) {
      const message = encodeMessage({ manifest: pagePath(ref), once: true });
      await queue.sendMessage(message, neverExpires);
    },
  };
}

/** As the Functions host expects it: JSON in Base64. */
export const encodeMessage = (message: object): string =>
  Buffer.from(JSON.stringify(message)).toString('base64');

/** Reads what `send` wrote; undefined if it is something else. */
export function parseDeliverMessage(message: unknown): DeliverMessage | undefined {
  const parsed = messageSchema.safeParse(message);
  if (!parsed.success) return undefined;
  const { manifest, attempt, once } = parsed.data;
  const ref = parsePagePath(manifest);
  return ref && { ref, attempt, once };
}
