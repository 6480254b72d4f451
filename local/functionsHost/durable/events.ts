import { z } from 'zod';

/**
 * The history of an orchestration, in the extension's own format: what the library replays.
 * Numbers as in its HistoryEventType.
 */
export const eventType = {
  executionStarted: 0,
  taskScheduled: 4,
  taskCompleted: 5,
  taskFailed: 6,
  subOrchestrationCreated: 7,
  subOrchestrationCompleted: 8,
  subOrchestrationFailed: 9,
  timerCreated: 10,
  timerFired: 11,
  orchestratorStarted: 12,
  orchestratorCompleted: 13,
  eventRaised: 15,
} as const;

const base = { EventId: z.number(), IsPlayed: z.boolean(), Timestamp: z.string() };
const failure = { TaskScheduledId: z.number(), Reason: z.string(), Details: z.string() };
const success = { TaskScheduledId: z.number(), Result: z.string() };

export const historyEventSchema = z.discriminatedUnion('EventType', [
  z.object({
    ...{ EventType: z.literal(eventType.executionStarted), ...base },
    ...{ Name: z.string(), Input: z.string(), Version: z.string().optional() },
  }),
  z.object({
    ...{ EventType: z.literal(eventType.taskScheduled), ...base },
    ...{ Name: z.string(), Input: z.string() },
  }),
  z.object({ EventType: z.literal(eventType.taskCompleted), ...base, ...success }),
  z.object({ EventType: z.literal(eventType.taskFailed), ...base, ...failure }),
  z.object({
    ...{ EventType: z.literal(eventType.subOrchestrationCreated), ...base },
    ...{ Name: z.string(), Input: z.string(), InstanceId: z.string() },
  }),
  z.object({
    EventType: z.literal(eventType.subOrchestrationCompleted),
    ...base,
    ...success,
  }),
  z.object({
    EventType: z.literal(eventType.subOrchestrationFailed),
    ...base,
    ...failure,
  }),
  z.object({
    ...{ EventType: z.literal(eventType.timerCreated), ...base },
    FireAt: z.string(),
  }),
  z.object({
    ...{ EventType: z.literal(eventType.timerFired), ...base },
    ...{ TimerId: z.number(), FireAt: z.string() },
  }),
  z.object({ EventType: z.literal(eventType.orchestratorStarted), ...base }),
  z.object({ EventType: z.literal(eventType.orchestratorCompleted), ...base }),
  z.object({
    ...{ EventType: z.literal(eventType.eventRaised), ...base },
    ...{ Name: z.string(), Input: z.string() },
  }),
]);
export type HistoryEvent = z.infer<typeof historyEventSchema>;

/** An event without what every event has. */
export type EventContent = HistoryEvent extends infer Event
  ? Event extends HistoryEvent
    ? Omit<Event, 'EventId' | 'IsPlayed' | 'Timestamp'>
    : never
  : never;

/** The id of the task that an event completes; undefined if it completes none. */
export function completedTask(event: EventContent): number | undefined {
  if ('TaskScheduledId' in event) return event.TaskScheduledId;
  return 'TimerId' in event ? event.TimerId : undefined;
}
