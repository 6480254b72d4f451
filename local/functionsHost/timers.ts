import type { ContainerClient } from '@azure/storage-blob';
import type { Log } from '../../shared/log.ts';
import type { Env } from './appSettings.ts';
import { hasTrigger } from './bindings.ts';
import type { Registration } from './core.ts';
import type { Invoker } from './invoker.ts';
import { contend } from './leadership.ts';
import { runTimer, timerData, timerFunction } from './timerRun.ts';
import type { TypedData } from './typedData.ts';

/** The timers of a host. */
export interface Timers {
  /** Lets them fire when they are due; returns the function that stops them. */
  start(container: ContainerClient): () => Promise<void>;
  /** Runs a timer's function now; rejects as it does. */
  fire(name: string, options?: { isPastDue?: boolean }): Promise<void>;
}

export function createTimers(
  registrations: Registration[],
  env: Env,
  invoker: Invoker,
  log: Log,
): Timers {
  const timers = registrations
    .filter((registration) => hasTrigger(registration, 'timer'))
    .map((registration) => ({
      timer: timerFunction(registration, env),
      fire: (data: TypedData) => invoker.invoke(registration, { data }),
    }));
  return {
    start(container) {
      if (timers.length === 0) return async () => {};
      // One host fires them, of all hosts of a storage.
      const hold = async (signal: AbortSignal) => {
        await Promise.all(
          timers.map((it) => runTimer({ ...it, container, log }, signal)),
        );
      };
      return contend(container, { name: 'leases/timers', hold }, log);
    },
    async fire(name, { isPastDue = false } = {}) {
      const found = timers.find(({ timer }) => timer.name === name);
      if (!found) {
        throw new Error(`There is no timer function ${name}, or it is disabled.`);
      }
      await found.fire(timerData(found.timer, isPastDue));
    },
  };
}
