import type { Action, RetryOptions } from './actions.ts';
import { completedTask, eventType, type HistoryEvent } from './events.ts';

/** A task that an orchestrator has asked for; its id is its place in the order of asking. */
export type PlannedTask =
  | { kind: 'activity'; name: string; input: string }
  | { kind: 'subOrchestration'; name: string; input: string; instanceId?: string }
  | { kind: 'timer'; fireAt: string; cancelled: boolean };

/** Why an orchestrator's actions can't belong to its history: a sentence. */
export class NonDeterminism extends Error {
  override name = 'NonDeterminism';
}

type Done = (ok: boolean) => void;

/** Starts actions, and ends them with the events of the history. */
export function createWalk() {
  const tasks = new Map<number, PlannedTask>();
  const open = new Map<number, Done>();
  const waiters = new Map<string, (() => void)[]>();
  const raised = new Map<string, string[]>();
  let now = 0;
  let continueAsNew: string | undefined;
  /** How many Task.all have failed while some of their tasks go on. */
  let stalled = 0;

  function schedule(task: PlannedTask, done: Done): void {
    const id = tasks.size;
    tasks.set(id, task);
    if (task.kind === 'timer' && task.cancelled) done(true);
    else open.set(id, done);
  }

  function attempt(task: PlannedTask, options: RetryOptions, number: number, done: Done) {
    if (number > 1) refuseIfStalled();
    schedule(task, (ok) => {
      if (ok) {
        done(true);
        return;
      }
      refuseIfStalled();
      const fireAt = new Date(now + retryDelay(options, number)).toISOString();
      schedule({ kind: 'timer', fireAt, cancelled: false }, () => {
        if (number >= options.maxNumberOfAttempts) done(false);
        else attempt(task, options, number + 1, done);
      });
    });
  }

  function refuseIfStalled(): void {
    if (stalled === 0) return;
    throw new NonDeterminism(
      'One task of a Task.all failed and the orchestrator went on while another one was tried again; Azure mixes up their results then. Let activities return failures instead of throwing them, or call them without retry.',
    );
  }

  function startAll(actions: Action[], done: Done): void {
    let left = actions.length;
    let failed = false;
    for (const action of actions) {
      start(action, (ok) => {
        left--;
        if (!ok && !failed) {
          failed = true;
          stalled++;
        }
        if (left > 0) return;
        if (failed) stalled--;
        done(!failed);
      });
    }
  }

  function startAny(actions: Action[], done: Done): void {
    let decided = false;
    for (const action of actions) {
      start(action, () => {
        if (decided) return;
        decided = true;
        done(true);
      });
    }
  }

  function awaitEvent(name: string, done: Done): void {
    if (raised.get(name)?.shift() !== undefined) done(true);
    else waiters.set(name, [...(waiters.get(name) ?? []), () => done(true)]);
  }

  function start(action: Action, done: Done): void {
    switch (action.actionType) {
      case 0:
        schedule(activityOf(action), done);
        break;
      case 1:
        attempt(activityOf(action), action.retryOptions, 1, done);
        break;
      case 2:
        schedule(subOrchestrationOf(action), done);
        break;
      case 3:
        attempt(subOrchestrationOf(action), action.retryOptions, 1, done);
        break;
      case 4:
        continueAsNew = action.input;
        done(true);
        break;
      case 5: {
        const { fireAt, isCanceled: cancelled } = action;
        schedule({ kind: 'timer', fireAt, cancelled }, done);
        break;
      }
      case 6:
        awaitEvent(action.externalEventName, done);
        break;
      case 11:
        startAny(action.compoundActions, done);
        break;
      case 12:
        startAll(action.compoundActions, done);
    }
  }

  function take(event: HistoryEvent): boolean {
    if (event.EventType === eventType.eventRaised) {
      // The library serves the one who asked last first.
      const waiter = waiters.get(event.Name)?.pop();
      if (waiter) waiter();
      else raised.set(event.Name, [...(raised.get(event.Name) ?? []), event.Input]);
      return true;
    }
    const id = completedTask(event);
    if (id === undefined) return false;
    const done = open.get(id);
    open.delete(id);
    done?.(!('Reason' in event));
    return true;
  }

  return {
    start,
    take,
    now(timestamp: string) {
      now = Math.max(now, Date.parse(timestamp));
    },
    result: () => ({
      tasks,
      ...(continueAsNew !== undefined && { continueAsNew }),
      unread: [...raised].flatMap(([name, inputs]) =>
        inputs.map((input) => ({ name, input })),
      ),
    }),
  };
}

const activityOf = (action: { functionName: string; input: string }): PlannedTask => ({
  kind: 'activity',
  name: action.functionName,
  input: action.input,
});

const subOrchestrationOf = (action: {
  functionName: string;
  input: string;
  instanceId?: string | null | undefined;
}): PlannedTask => ({
  kind: 'subOrchestration',
  name: action.functionName,
  input: action.input,
  ...(action.instanceId && { instanceId: action.instanceId }),
});

/** As DurableTask's RetryInterceptor computes it: the last failure is followed by a pause too. */
function retryDelay(options: RetryOptions, attempt: number): number {
  const growth = (options.backoffCoefficient ?? 1) ** (attempt - 1);
  const delay = options.firstRetryIntervalInMilliseconds * growth;
  return Math.min(
    delay,
    options.maxRetryIntervalInMilliseconds ?? Number.POSITIVE_INFINITY,
  );
}
