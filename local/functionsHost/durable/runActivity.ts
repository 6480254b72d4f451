import { messageOf } from '../../../shared/errors.ts';
import type { Log } from '../../../shared/log.ts';
import { type TypedData, toJson } from '../typedData.ts';
import { type EventContent, eventType, type HistoryEvent } from './events.ts';

type TaskScheduled = Extract<HistoryEvent, { EventType: typeof eventType.taskScheduled }>;

/** Runs an activity; a failure is an event too, with the words that Azure has for it. */
export async function runActivity(
  { EventId: TaskScheduledId, Name, Input }: TaskScheduled,
  run: (name: string, data: TypedData) => Promise<TypedData | undefined>,
  log: Log,
): Promise<EventContent> {
  try {
    const Result = toJson(await run(Name, { json: Input }));
    return { EventType: eventType.taskCompleted, TaskScheduledId, Result };
  } catch (error) {
    const message = messageOf(error);
    const Reason = `Activity function '${Name}' failed: ${message}`;
    log.warn(Reason);
    return { EventType: eventType.taskFailed, TaskScheduledId, Reason, Details: message };
  }
}
