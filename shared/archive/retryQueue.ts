import type { QueueClient } from '@azure/storage-queue';
import { z } from 'zod';
import { encodeMessage, neverExpires } from './deliverQueue.ts';

const messageSchema = z.object({ mailbox: z.string(), attempt: z.number().default(0) });
export type RetryMessage = z.infer<typeof messageSchema>;

/** The service hides a message for seven days at most; a day is patience enough. */
const longestDelaySeconds = 24 * 60 * 60;

/** `retry-imports`: a mailbox's next turn. */
export interface RetryQueue {
  /** `afterMs` milliseconds from now; `mailbox` as in the paths under `imports`. */
  send(mailbox: string, attempt: number, afterMs: number): Promise<void>;
}

/** The queue `retry-imports`, for those who send. */
export function createRetryQueue(queue: QueueClient): RetryQueue {
  return {
    async send(mailbox, attempt, afterMs) {
      const seconds = Math.ceil(Math.max(0, afterMs) / 1000);
      await queue.sendMessage(encodeMessage({ mailbox, attempt }), {
        ...neverExpires,
        visibilityTimeout: Math.min(seconds, longestDelaySeconds),
      });
    },
  };
}

/** Reads what `send` wrote; undefined if it is something else. */
export function parseRetryMessage(message: unknown): RetryMessage | undefined {
  const parsed = messageSchema.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}
