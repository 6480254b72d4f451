import { randomUUID } from 'node:crypto';
import { messageOf } from '../../../shared/errors.ts';
import type { Turn } from './actions.ts';
import { checkAgainst, taskOf } from './determinism.ts';
import {
  completedTask,
  type EventContent,
  eventType,
  type HistoryEvent,
} from './events.ts';
import type { Instance } from './instance.ts';
import { type Plan, plan } from './plan.ts';
import { NonDeterminism, type PlannedTask } from './walk.ts';

/** Replays an orchestrator over a history; rejects if it could not be run at all. */
export type Replay = (instance: Instance, history: HistoryEvent[]) => Promise<Turn>;

/** Lets an orchestrator see what happened, and returns the instance as it is after that. */
export async function takeTurn(
  instance: Instance,
  completions: EventContent[],
  replay: Replay,
  now = new Date(),
): Promise<Instance> {
  const updatedAt = now.toISOString();
  const killed = terminated(instance);
  if (killed) return { ...killed, updatedAt };
  const stamp = (content: EventContent, id = -1): HistoryEvent => ({
    ...content,
    ...{ EventId: id, IsPlayed: false, Timestamp: updatedAt },
  });
  const history = [
    ...instance.history.map((event) => ({ ...event, IsPlayed: true })),
    ...newsOf(instance, completions).map((content) => stamp(content)),
  ];
  const seen = { ...instance, updatedAt, history, inbox: [] };
  try {
    const turn = await replay(instance, history);
    const planned = plan(history, turn.actions);
    checkAgainst(planned, history);
    const scheduled = newTasks(planned, history, instance.executionId).map(
      ([id, content]) => stamp(content, id),
    );
    history.push(...scheduled, stamp({ EventType: eventType.orchestratorCompleted }));
    const next: Instance = {
      ...{ ...seen, status: 'Running' },
      cancelledTimers: cancelledTimers(planned),
      ...(turn.customStatus !== undefined && {
        customStatus: JSON.stringify(turn.customStatus),
      }),
    };
    const isOver = planned.finished && openTasks(next).length === 0;
    return isOver ? ended(next, turn, planned) : next;
  } catch (error) {
    const output = failureOf(instance.name, explain(error));
    return { ...seen, status: 'Failed', output };
  }
}

function terminated(instance: Instance): Instance | undefined {
  const killed = instance.inbox.find((letter) => letter.kind === 'terminate');
  if (!killed) return undefined;
  const output = JSON.stringify(killed.reason);
  return { ...instance, inbox: [], status: 'Terminated', output };
}

/** What the orchestrator has not seen yet, oldest first. */
function newsOf(instance: Instance, completions: EventContent[]): EventContent[] {
  const { name: Name, input: Input, version } = instance;
  const isNew = instance.history.length === 0;
  const closed = new Set(instance.history.map(completedTask));
  const open = completions.filter((content) => {
    const id = completedTask(content);
    return !closed.has(id) && closed.add(id);
  });
  return [
    { EventType: eventType.orchestratorStarted },
    ...(isNew
      ? [
          {
            ...{ EventType: eventType.executionStarted, Name, Input },
            ...(version && { Version: version }),
          },
        ]
      : []),
    ...instance.inbox.flatMap((letter) =>
      letter.kind === 'event'
        ? [{ EventType: eventType.eventRaised, Name: letter.name, Input: letter.input }]
        : [],
    ),
    ...open,
  ];
}

function ended(next: Instance, turn: Turn, planned: Plan): Instance {
  if (turn.error !== undefined) {
    return { ...next, status: 'Failed', output: failureOf(next.name, turn.error) };
  }
  if (!turn.isDone) return next;
  if (planned.continueAsNew === undefined) {
    return { ...next, status: 'Completed', output: JSON.stringify(turn.output ?? null) };
  }
  return {
    ...next,
    executionId: randomUUID().replaceAll('-', ''),
    input: planned.continueAsNew,
    ...{ history: [], cancelledTimers: [] },
    inbox: planned.unread.map((event) => ({ kind: 'event', ...event })),
  };
}

/**
 * As in Azure: an orchestration, failed or not, ends only when all that it asked for is done.
 * https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-timers
 */
export function openTasks({ history, cancelledTimers }: Instance): HistoryEvent[] {
  const over = new Set([...history.map(completedTask), ...cancelledTimers]);
  return history.filter((event) => taskOf(event) && !over.has(event.EventId));
}

function newTasks(
  { tasks }: Plan,
  history: HistoryEvent[],
  executionId: string,
): [number, EventContent][] {
  const known = new Set(history.filter(taskOf).map(({ EventId }) => EventId));
  return [...tasks]
    .filter(([id]) => !known.has(id))
    .map(([id, task]) => [id, scheduledEvent(id, task, executionId)]);
}

function scheduledEvent(
  id: number,
  task: PlannedTask,
  executionId: string,
): EventContent {
  switch (task.kind) {
    case 'activity':
      return { EventType: eventType.taskScheduled, Name: task.name, Input: task.input };
    case 'subOrchestration':
      return {
        EventType: eventType.subOrchestrationCreated,
        ...{ Name: task.name, Input: task.input },
        InstanceId: task.instanceId ?? `${executionId}:${id}`,
      };
    case 'timer':
      return { EventType: eventType.timerCreated, FireAt: task.fireAt };
  }
}

const cancelledTimers = ({ tasks }: Plan): number[] =>
  [...tasks].flatMap(([id, task]) =>
    task.kind === 'timer' && task.cancelled ? [id] : [],
  );

const failureOf = (name: string, message: string) =>
  JSON.stringify(`Orchestrator function '${name}' failed: ${message}`);

const explain = (error: unknown) =>
  error instanceof NonDeterminism
    ? `Non-deterministic orchestration: ${error.message}`
    : messageOf(error);
