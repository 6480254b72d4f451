import pLimit from 'p-limit';
import type { Clock } from '../clock.ts';
import { RemoteFault } from './faults.ts';
import type { Gate } from './graphAnswer.ts';
import type { MailboxLock } from './lock.ts';
import type { Pacer } from './pacer.ts';

/** The turn has to end: nothing more may be sent to this mailbox now. */
export class TurnOver extends Error {
  override name = 'TurnOver';
  /** When to come back, in milliseconds. */
  readonly after: number;
  constructor(reason: string, after: number) {
    super(reason);
    this.after = after;
  }
}

/** The mailbox was paused while this request waited; it waits again. */
class HeldBack extends Error {}

/** The way into one mailbox, for as long as its lock is held. */
export interface Lane extends Gate {
  /** Stops everything that has not started yet for so many milliseconds. */
  pause(ms: number): void;
  pausedUntil(): number;
  /** Lets nothing more in: whatever has not started yet fails with this error. */
  close(error: Error): void;
}

/** More is refused by Exchange: https://learn.microsoft.com/graph/throttling-limits */
const inFlight = 4;
/** What is worth waiting for within a turn. */
const patienceMs = 5_000;
/** For the way from the last check to the wire. */
const marginMs = 2_000;

/** Opens the way, with what the holder of the lock before left: a pause, and what was spent. */
export function createLane(deps: {
  lock: MailboxLock;
  pacer: Pacer;
  clock: Clock;
}): Lane {
  const { lock, pacer, clock } = deps;
  const slots = pLimit(inFlight);
  const now = () => clock.now().getTime();
  let pausedUntil = lock.found.pausedUntil;
  let closed: Error | undefined;

  async function admit(bytes: number): Promise<void> {
    for (;;) {
      if (closed) throw closed;
      const pause = pausedUntil - now();
      if (pause > patienceMs) throw new TurnOver('Microsoft Graph asked to wait.', pause);
      const wait = pause > 0 ? pause : pacer.take(bytes);
      if (wait === 0) return;
      if (wait > patienceMs) {
        pausedUntil = now() + wait;
        throw new TurnOver("The mailbox's limit is reached.", wait);
      }
      await clock.sleep(wait);
    }
  }

  /** Before the next request takes the place of the one that failed. */
  function heed(fault: RemoteFault): void {
    const { reaction, retryAfter = 0 } = fault;
    pausedUntil = Math.max(pausedUntil, now() + retryAfter);
    if (reaction === 'stop' || reaction === 'failMailbox') closed ??= fault;
  }

  async function run<T>(bytes: number, request: () => Promise<T>): Promise<T> {
    for (;;) {
      await admit(bytes);
      try {
        return await request();
      } catch (error) {
        if (error instanceof RemoteFault) heed(error);
        if (!(error instanceof HeldBack)) throw error;
      }
    }
  }

  return {
    run: (bytes, request) => slots(() => run(bytes, request)),
    check(limitMs) {
      if (pausedUntil > now()) throw new HeldBack();
      if (lock.covers(limitMs + marginMs)) return;
      throw new TurnOver("The mailbox's lock is not sure any more.", patienceMs);
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
    pausedUntil: () => pausedUntil,
    close(error) {
      closed ??= error;
    },
  };
}

/** The intent is too old for its request to be made: it must be renewed first. */
export class IntentStale extends Error {
  override name = 'IntentStale';
}

/** The lane, for a request that must be over by an intent's deadline (ms since 1970). */
export function until(lane: Lane, deadline: () => number, clock: Clock): Gate {
  return {
    run: lane.run,
    check(limitMs) {
      lane.check(limitMs);
      if (clock.now().getTime() + limitMs > deadline()) throw new IntentStale();
    },
  };
}
