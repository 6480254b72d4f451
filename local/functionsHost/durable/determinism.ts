import { eventType, type HistoryEvent } from './events.ts';
import type { Plan } from './plan.ts';
import { NonDeterminism, type PlannedTask } from './walk.ts';

/** Compares what was asked for in earlier turns with what is asked for now. */
export function checkAgainst({ tasks }: Plan, history: HistoryEvent[]): void {
  for (const event of history) {
    const before = taskOf(event);
    if (!before) continue;
    const now = tasks.get(event.EventId);
    if (now && isSame(before, now)) continue;
    throw new NonDeterminism(
      `Task ${event.EventId} was ${describe(before)} and is now ${now ? describe(now) : 'not there'}. An orchestrator must ask for the same things each time it is replayed: no clock, chance, settings or input and output of its own, and no change of its code while it runs.`,
    );
  }
}

/** The task that an event began; undefined if it began none. */
export function taskOf(event: HistoryEvent): PlannedTask | undefined {
  switch (event.EventType) {
    case eventType.taskScheduled:
      return { kind: 'activity', name: event.Name, input: event.Input };
    case eventType.subOrchestrationCreated: {
      const { Name: name, Input: input, InstanceId: instanceId } = event;
      return { kind: 'subOrchestration', name, input, instanceId };
    }
    case eventType.timerCreated:
      return { kind: 'timer', fireAt: event.FireAt, cancelled: false };
    default:
      return undefined;
  }
}

function isSame(before: PlannedTask, now: PlannedTask): boolean {
  if (before.kind === 'timer')
    return now.kind === 'timer' && before.fireAt === now.fireAt;
  return (
    now.kind === before.kind && now.name === before.name && now.input === before.input
  );
}

/** Without its input: that may hold what no log may. */
function describe(task: PlannedTask): string {
  switch (task.kind) {
    case 'activity':
      return `the activity '${task.name}' with its input`;
    case 'subOrchestration':
      return `the sub-orchestration '${task.name}' with its input`;
    case 'timer':
      return `a timer for ${task.fireAt}`;
  }
}
