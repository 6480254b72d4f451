import type { Clock } from '../../clock.ts';
import { RemoteFault } from '../../mailbox/faults.ts';
import { type Lane, TurnOver } from '../../mailbox/lane.ts';

/** Why a mailbox's turn ended before its orders did. */
export interface TurnEnd {
  reason: string;
  /** When to come back, in milliseconds. */
  after: number;
}

/** One turn of a mailbox's writer: what holds for all of its orders. */
export interface Turn {
  lane: Lane;
  /** Set when nothing more is to be started. */
  end(): TurnEnd | undefined;
  /** True if so many milliseconds are left. */
  lasts(ms: number): boolean;
  /** Ends the turn; who ends it first says why. */
  finish(reason: string, after: number): void;
  /** Nothing can be put into this mailbox, and why. */
  mailboxFault: RemoteFault | undefined;
  /** Set when an administrator has to change something. */
  stopFault: RemoteFault | undefined;
  /** The service is there. */
  answered(): void;
  /** A message was made. */
  succeeded(): void;
  /** How many messages were made. */
  made(): number;
  /** The service refused or was silent: slows down, for longer each time, and ends the turn. */
  slowDown(fault: RemoteFault): void;
  /**
   * Takes note of what concerns more than one item. True if it did: then nothing is known of
   * the item itself.
   */
  takes(error: unknown): boolean;
}

const shortestPauseMs = 1_000;
const longestPauseMs = 10 * 60_000;
/** Rights that were given take a while to work, and nobody is helped by asking often. */
const stopMs = 15 * 60_000;
/** A single silence is an accident, three in a row are an outage. */
const silencesBeforePause = 3;

/** `endsAt`: milliseconds since 1970; `attempt`: how many turns there were before. */
export function createTurn(deps: {
  lane: Lane;
  clock: Clock;
  endsAt: number;
  attempt: number;
}): Turn {
  const { lane, clock, endsAt, attempt } = deps;
  let over: TurnEnd | undefined;
  let setbacks = 0;
  let successes = 0;
  /** A folder that many copies waited for fails all of them, but that is one setback. */
  const counted = new WeakSet<RemoteFault>();
  const backoff = () => {
    const power = setbacks - 1 + (successes > 0 ? 0 : attempt);
    const pause = shortestPauseMs * 2 ** Math.min(power, 20);
    return Math.min(pause, longestPauseMs) * (0.8 + Math.random() * 0.4);
  };

  const turn: Turn = {
    lane,
    mailboxFault: undefined,
    stopFault: undefined,
    end() {
      if (!over && clock.now().getTime() >= endsAt) {
        over = { reason: 'The turn is over; more is to be imported.', after: 0 };
      }
      return over;
    },
    lasts: (ms) => clock.now().getTime() + ms < endsAt,
    finish(reason, after) {
      over ??= { reason, after };
    },
    answered() {
      setbacks = 0;
    },
    succeeded() {
      setbacks = 0;
      successes++;
    },
    made: () => successes,
    slowDown(fault) {
      if (counted.has(fault) && fault.retryAfter === undefined) return;
      if (!counted.has(fault)) setbacks++;
      counted.add(fault);
      const silent = fault.reaction === 'unknown' && fault.retryAfter === undefined;
      if (silent && setbacks < silencesBeforePause) return;
      lane.pause(fault.retryAfter ?? backoff());
    },
    takes(error) {
      if (error instanceof TurnOver) {
        turn.finish(error.message, error.after);
      } else if (error instanceof RemoteFault && error.reaction === 'stop') {
        turn.stopFault = error;
        turn.finish(error.message, stopMs);
        lane.close(new TurnOver(error.message, stopMs));
      } else if (error instanceof RemoteFault && error.reaction === 'failMailbox') {
        turn.mailboxFault = error;
        lane.close(error);
      } else if (
        error instanceof RemoteFault &&
        (error.reaction === 'later' || error.reaction === 'again')
      ) {
        turn.slowDown(error);
      } else return false;
      return true;
    },
  };
  return turn;
}
