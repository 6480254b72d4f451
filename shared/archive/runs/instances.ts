import { type DurableClient, OrchestrationRuntimeStatus } from 'durable-functions';
import { messageOf } from '../../errors.ts';
import { instanceOf } from './runIds.ts';

const ended = new Set([
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
  OrchestrationRuntimeStatus.Canceled,
]);

/** Tells whether the durable instance of a run is still at work. */
export type IsAlive = (connector: string, runId: string) => Promise<boolean>;

/** Asks Durable Functions. */
export function aliveIn(client: DurableClient): IsAlive {
  return async (connector, runId) => {
    try {
      const status = await client.getStatus(instanceOf(connector, runId));
      return !ended.has(status.runtimeStatus);
    } catch (error) {
      // The library throws a plain Error for an id that it doesn't know; only its text tells.
      if (messageOf(error).includes('HTTP 404 response')) return false;
      throw error;
    }
  };
}
