import { setTimeout as delay } from 'node:timers/promises';

/** Time, passed in so that tests can hold it still. All instants are UTC. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds; rejects if the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : undefined),
};
