import { type EventContent, eventType, type HistoryEvent } from './events.ts';
import { hasEnded, type Instance, newInstance } from './instance.ts';
import type { InstanceStore } from './instanceStore.ts';

type Created = Extract<
  HistoryEvent,
  { EventType: typeof eventType.subOrchestrationCreated }
>;

/**
 * Sees to it that a sub-orchestration exists; after a crash it may or may not. Returns the event
 * that ends it if it has ended already.
 */
export async function ensureSubOrchestration(
  parent: Instance,
  created: Created,
  store: InstanceStore,
): Promise<EventContent | undefined> {
  const { Name: name, Input: input, InstanceId: instanceId, EventId: taskId } = created;
  const origin = {
    instanceId: parent.instanceId,
    executionId: parent.executionId,
    taskId,
  };
  for (;;) {
    const stored = await store.read(instanceId);
    if (stored && isFrom(stored.value, origin)) {
      return hasEnded(stored.value) ? completionFor(stored.value) : undefined;
    }
    if (stored && !hasEnded(stored.value)) return refusal(created);
    const child = newInstance({ instanceId, name, input, parent: origin });
    if (await store.write(child, stored?.etag ?? 'absent')) return undefined;
  }
}

function isFrom({ parent }: Instance, origin: Instance['parent']): boolean {
  return (
    parent?.instanceId === origin?.instanceId &&
    parent?.executionId === origin?.executionId &&
    parent?.taskId === origin?.taskId
  );
}

function refusal({ EventId: TaskScheduledId, Name, InstanceId }: Created): EventContent {
  const Reason = `The sub-orchestration '${Name}' can't be started: an instance with the id ${InstanceId} is running.`;
  const EventType = eventType.subOrchestrationFailed;
  return { EventType, TaskScheduledId, Reason, Details: Reason };
}

/** What the end of a sub-orchestration is for its parent. */
export function completionFor(child: Instance): EventContent | undefined {
  const { parent, status, output = 'null' } = child;
  if (!parent) return undefined;
  const TaskScheduledId = parent.taskId;
  if (status === 'Completed') {
    const EventType = eventType.subOrchestrationCompleted;
    return { EventType, TaskScheduledId, Result: output };
  }
  const text = String(JSON.parse(output));
  const Reason =
    status === 'Terminated'
      ? `The sub-orchestration '${child.name}' was terminated: ${text}`
      : text;
  const EventType = eventType.subOrchestrationFailed;
  return { EventType, TaskScheduledId, Reason, Details: Reason };
}
