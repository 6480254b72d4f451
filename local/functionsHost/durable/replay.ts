import { messageOf } from '../../../shared/errors.ts';
import { type TypedData, toJson } from '../typedData.ts';
import { parseActions, turnSchema } from './actions.ts';
import type { Replay } from './turn.ts';

/** Marks where the library puts the state into the message of an orchestrator's failure. */
const stateMark = '\n\n$OutOfProcData$:';

/** The schema that this host offers the library: version 4, of which it uses all but locks. */
const upperSchemaVersion = 3;

/** Replays orchestrators with the genuine library, through JSON both ways. */
export function createReplay(
  run: (name: string, data: TypedData) => Promise<TypedData | undefined>,
): Replay {
  return async (instance, history) => {
    const payload = {
      history,
      input: JSON.parse(instance.input),
      instanceId: instance.instanceId,
      isReplaying: history.some((event) => event.IsPlayed),
      parentInstanceId: instance.parent?.instanceId ?? null,
      upperSchemaVersion,
      upperSchemaVersionNew: upperSchemaVersion,
      // No timer here is too long for the store, so none has to be split.
      longRunningTimerIntervalDuration: '3650.00:00:00',
      maximumShortTimerDuration: '3650.00:00:00',
      defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
    };
    const data = { json: JSON.stringify(payload) };
    const state = await run(instance.name, data).then(toJson, stateOfFailure);
    const turn = turnSchema.parse(JSON.parse(state));
    return { ...turn, actions: parseActions(turn.actions[0] ?? []) };
  };
}

function stateOfFailure(error: unknown): string {
  const message = messageOf(error);
  const mark = message.indexOf(stateMark);
  if (mark < 0) throw error;
  const state = message.slice(mark + stateMark.length);
  if (turnSchema.parse(JSON.parse(state)).error !== undefined) return state;
  // In Azure such an orchestration stays Running for ever.
  throw new Error(
    'It threw something without a message. Throw an Error with a message: Azure takes anything else for no failure, and waits for ever.',
  );
}
