import type { Action } from './actions.ts';
import { eventType, type HistoryEvent } from './events.ts';
import { createWalk, type PlannedTask } from './walk.ts';

export interface Plan {
  tasks: Map<number, PlannedTask>;
  /** True if nothing that was asked for is waited for any more. */
  finished: boolean;
  /** The input to continue as new with, as JSON. */
  continueAsNew?: string;
  /** Events that came and that nothing waited for. */
  unread: { name: string; input: string }[];
}

/**
 * Walks the list of actions along the history, as the durable extension does in Azure, and so
 * gives each task the id that it has there. The library counts ids too, and only by the same
 * walk do both agree; where they would part in Azure, this throws.
 * https://github.com/Azure/azure-functions-durable-extension, OutOfProcOrchestrationShim
 */
export function plan(history: HistoryEvent[], actions: Action[]): Plan {
  const walk = createWalk();
  let position = -1;
  let waiting = false;
  const advance = () => {
    while (!waiting && position < actions.length - 1) {
      position++;
      const action = actions[position];
      if (!action) return;
      waiting = true;
      walk.start(action, () => {
        waiting = false;
      });
    }
  };
  for (const event of history) {
    if (event.EventType === eventType.executionStarted) advance();
    else if (event.EventType === eventType.orchestratorStarted) walk.now(event.Timestamp);
    else if (walk.take(event)) advance();
  }
  return { ...walk.result(), finished: !waiting && position === actions.length - 1 };
}
