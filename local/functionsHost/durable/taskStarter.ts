import pLimit from 'p-limit';
import { messageOf } from '../../../shared/errors.ts';
import type { Log } from '../../../shared/log.ts';
import { pause } from '../leadership.ts';
import type { TypedData } from '../typedData.ts';
import { setAlarm } from './alarm.ts';
import { type EventContent, eventType, type HistoryEvent } from './events.ts';
import type { Instance } from './instance.ts';
import type { InstanceStore } from './instanceStore.ts';
import { runActivity } from './runActivity.ts';
import { ensureSubOrchestration } from './subOrchestration.ts';

export type RunByName = (name: string, data: TypedData) => Promise<TypedData | undefined>;

export interface StarterDeps {
  store: InstanceStore;
  runActivity: RunByName;
  maxConcurrentActivityFunctions: number;
  log: Log;
}

interface Tenant extends StarterDeps {
  adopt(id: string): Promise<void>;
  signal: AbortSignal;
}

/** How long somebody waits who met trouble with the storage. */
export const troubleMs = 1_000;

/** Starts what an orchestration waits for; resolves with how it was completed, if it was. */
export function createTaskStarter({ store, adopt, signal, log, ...deps }: Tenant) {
  const activities = pLimit(deps.maxConcurrentActivityFunctions);

  async function startTask(
    instance: Instance,
    event: HistoryEvent,
    isOver: AbortSignal,
  ): Promise<EventContent | undefined> {
    switch (event.EventType) {
      case eventType.taskScheduled:
        return activities(async () =>
          isOver.aborted || signal.aborted
            ? undefined
            : runActivity(event, deps.runActivity, log),
        );
      case eventType.timerCreated:
        return setAlarm(event, AbortSignal.any([isOver, signal]));
      case eventType.subOrchestrationCreated: {
        const done = await ensureSubOrchestration(instance, event, store);
        if (!done) await adopt(event.InstanceId);
        return done;
      }
      default:
        return undefined;
    }
  }

  /** Storage may be away for a while. */
  async function untilDone<T>(work: () => Promise<T>): Promise<T | undefined> {
    while (!signal.aborted) {
      try {
        return await work();
      } catch (error) {
        log.warn(`A task can't be started for now: ${messageOf(error)}`);
        await pause(troubleMs, signal);
      }
    }
    return undefined;
  }

  return (instance: Instance, event: HistoryEvent, isOver: AbortSignal) =>
    untilDone(() => startTask(instance, event, isOver));
}
