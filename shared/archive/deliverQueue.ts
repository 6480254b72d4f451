import type { QueueClient } from '@azure/storage-queue';
import { z } from 'zod';
import { type PageRef, pagePath, parsePagePath } from './runIds.ts';

const messageSchema = z.object({ manifest: z.string(), attempt: z.number().default(0) });

/** `deliver-emails`: one message for each manifest, a pointer and an attempt number. */
export interface DeliverQueue {
  send(ref: PageRef, attempt?: number, delaySeconds?: number): Promise<void>;
}

/** Messages on our queues never expire: what waits for a mailbox may wait for days. */
export const neverExpires = { messageTimeToLive: -1 };

export function createDeliverQueue(queue: QueueClient): DeliverQueue {
  return {
    async send(ref, attempt = 0, delaySeconds = 0) {
      await queue.sendMessage(encodeMessage({ manifest: pagePath(ref), attempt }), {
        ...neverExpires,
        visibilityTimeout: delaySeconds,
      });
    },
  };
}

/** As the Functions host expects it: JSON in Base64. */
export const encodeMessage = (message: object): string =>
  Buffer.from(JSON.stringify(message)).toString('base64');

/** Reads what `send` wrote; undefined if it is something else. */
export function parseDeliverMessage(
  message: unknown,
): { ref: PageRef; attempt: number } | undefined {
  const parsed = messageSchema.safeParse(message);
  const ref = parsed.success ? parsePagePath(parsed.data.manifest) : undefined;
  return ref && parsed.success ? { ref, attempt: parsed.data.attempt } : undefined;
}
