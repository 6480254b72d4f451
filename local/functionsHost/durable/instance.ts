import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { historyEventSchema } from './events.ts';

export const runtimeStatuses = [
  'Pending',
  'Running',
  'Completed',
  'Failed',
  'Terminated',
] as const;
export type RuntimeStatus = (typeof runtimeStatuses)[number];

/** What came from outside and no turn has seen yet. */
const letterSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), name: z.string(), input: z.string() }),
  z.object({ kind: z.literal('terminate'), reason: z.string() }),
]);
export type Letter = z.infer<typeof letterSchema>;

/**
 * An orchestration instance, all of it: one blob, so that each turn is committed as a whole.
 * Inputs and outputs are JSON text.
 */
export const instanceSchema = z.object({
  instanceId: z.string(),
  name: z.string(),
  /** Another one for each time it continues as new. */
  executionId: z.string(),
  status: z.enum(runtimeStatuses),
  input: z.string(),
  output: z.string().optional(),
  customStatus: z.string().optional(),
  version: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  parent: z
    .object({ instanceId: z.string(), executionId: z.string(), taskId: z.number() })
    .optional(),
  history: z.array(historyEventSchema),
  cancelledTimers: z.array(z.number()),
  inbox: z.array(letterSchema),
});
export type Instance = z.infer<typeof instanceSchema>;

export function newInstance(
  given: Pick<Instance, 'instanceId' | 'name' | 'input'> & Partial<Instance>,
): Instance {
  const now = new Date().toISOString();
  return {
    executionId: randomUUID().replaceAll('-', ''),
    status: 'Pending',
    createdAt: now,
    updatedAt: now,
    history: [],
    cancelledTimers: [],
    inbox: [],
    ...given,
  };
}

/** True if nothing happens to it any more. */
export function hasEnded({ status }: { status: string }): boolean {
  return status !== 'Pending' && status !== 'Running';
}
