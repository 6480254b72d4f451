import { Semaphore } from 'async-mutex';
import pLimit from 'p-limit';
import { type Clock, systemClock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import { createFolders } from '../../mailbox/folder.ts';
import {
  createLocks,
  hostOf,
  type LockNote,
  type MailboxLock,
} from '../../mailbox/lock.ts';
import { maxRequestBytes } from '../../mailbox/message.ts';
import { outlookLimits } from '../../mailbox/pacer.ts';
import { containers, tables } from '../../names.ts';
import { createOrderStore } from '../state/orderStore.ts';
import { createLedger } from './ledger.ts';
import { createMailboxTurn, type TurnDeps, type TurnGiven } from './mailboxTurn.ts';
import { uploadSizes } from './sendFile.ts';
import type { TurnEnd } from './turn.ts';

/** How a mailbox's turn ended. */
export type DrainResult =
  | { kind: 'drained' }
  /** Somebody else writes to this mailbox, or has asked for its next turn. */
  | { kind: 'busy' }
  /** The mailbox wants another turn, `after` milliseconds from now. */
  | { kind: 'later'; after: number; reason: string };

/** What the importer is made of; what may be left out has the values of Microsoft 365. */
export interface ImporterDeps
  extends Omit<
      TurnDeps,
      'ledger' | 'orders' | 'folders' | 'streams' | 'memory' | TurnOptions
    >,
    Partial<Pick<TurnDeps, TurnOptions>> {
  /** Names this process as the owner of locks and intents; without `~`. */
  host: string;
  /** How long a turn takes, in milliseconds. */
  turnMs?: number;
  /** The clock that leases run by. */
  leaseClock?: Clock;
}
type TurnOptions = 'isGone' | 'limits' | 'maxBytes' | 'maxMessageBytes' | 'uploadSizes';

/** Imports what was ordered, mailbox by mailbox. */
export interface Importer {
  /**
   * Imports all orders of a mailbox, as in the paths under `imports`. `attempt`: 0 for a new
   * order, then one more for each turn that followed. Remote faults are results; it never throws.
   */
  drain(mailbox: string, attempt: number): Promise<DrainResult>;
}

/** https://learn.microsoft.com/graph/outlook-large-attachments */
const largestMessageBytes = 150 * 1024 * 1024;
/** Each holds some 20 MB: what is read, what is sent, and what waits for the collector. */
const largeAtATime = 2;
/** What is prepared takes about three times its size, once more for the collector. */
const preparedBytes = 12_000_000;
const turnMs = 5 * 60_000;
const troubleMs = 60_000;
/** Clocks differ, and a queue's message may come a little early. */
const slackMs = 5_000;

/** The only way into mailboxes: one writer for each, who drains its orders. */
export function createImporter(deps: ImporterDeps): Importer {
  const { storage, clock, log } = deps;
  const parts: TurnDeps = {
    ...{ isGone: () => false, limits: outlookLimits, maxBytes: maxRequestBytes },
    ...{ maxMessageBytes: largestMessageBytes, uploadSizes },
    ...deps,
    ledger: createLedger(storage.table(tables.importLedger)),
    orders: createOrderStore(storage),
    folders: createFolders(clock),
    streams: pLimit(largeAtATime),
    memory: new Semaphore(preparedBytes),
  };
  const locks = createLocks({
    ...{ container: storage.container(containers.state), host: deps.host, log },
    ...{ isGone: parts.isGone, clock: deps.leaseClock ?? systemClock },
  });

  /** Undefined where the orders are done, but new ones may have come. */
  async function turn(mailbox: string, attempt: number, endsAt: number) {
    const lock = await locks.acquire(mailbox);
    if (!lock) return busy;
    try {
      const paused = lock.found.pausedUntil > clock.now().getTime();
      if (paused && hasNextTurn(lock.found, attempt)) return busy;
      return await work(lock, { mailbox, attempt, endsAt });
    } finally {
      await lock.release();
    }
  }

  async function work(lock: MailboxLock, given: Omit<TurnGiven, 'lock'>) {
    const { run, end, note } = createMailboxTurn(parts, { lock, ...given });
    await note();
    await run();
    const ended = end();
    const result = ended && (lock.lost() ? busy : nextTurn(lock.found, ended));
    await note(result?.kind === 'later' ? result.after : undefined);
    return result;
  }

  /** Has somebody else asked for a turn that is still to come, and lived to do so? */
  function hasNextTurn({ nextTurnAt, scheduler }: LockNote, attempt: number): boolean {
    const rest = nextTurnAt - clock.now().getTime();
    // A message of ours may come a little early; a new order's trigger is never the one.
    return rest > (attempt > 0 ? slackMs : 0) && !parts.isGone(hostOf(scheduler));
  }

  /** One turn is asked for, however many orders' triggers came upon the same trouble. */
  function nextTurn(found: LockNote, { after, reason }: TurnEnd): DrainResult {
    const due = clock.now().getTime() + after;
    const planned = hasNextTurn(found, 1) && found.nextTurnAt <= due + slackMs;
    return planned ? busy : { kind: 'later', after: Math.ceil(after), reason };
  }

  return {
    async drain(mailbox, attempt) {
      const endsAt = clock.now().getTime() + (deps.turnMs ?? turnMs);
      try {
        // Who released the lock lists once more: what came in between found it taken.
        while ((await parts.orders.list(mailbox)).length > 0) {
          const result = await turn(mailbox, attempt, endsAt);
          if (result) return result;
        }
        return { kind: 'drained' };
      } catch (error) {
        log.error(`A mailbox's turn broke off: ${messageOf(error)}`);
        const reason = 'The storage of the archive has trouble.';
        return { kind: 'later', after: troubleMs, reason };
      }
    },
  };
}

const busy = { kind: 'busy' } as const;
