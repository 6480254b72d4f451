import type { Semaphore } from 'async-mutex';
import type { LimitFunction } from 'p-limit';
import type { Clock } from '../../clock.ts';
import type { ReadEmailStream } from '../../email/types.ts';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Folders } from '../../mailbox/folder.ts';
import type { Graph } from '../../mailbox/graphClient.ts';
import { createLane } from '../../mailbox/lane.ts';
import { hostOf, type MailboxLock } from '../../mailbox/lock.ts';
import { createPacer, type MailboxLimits } from '../../mailbox/pacer.ts';
import { createSizeLimit } from '../../mailbox/sizeLimit.ts';
import type { Staging } from '../../mailbox/staging.ts';
import { createMailboxWriter } from '../../mailbox/writer.ts';
import { containers } from '../../names.ts';
import type { CopyResult, ImportOrder } from '../state/order.ts';
import type { OrderStore } from '../state/orderStore.ts';
import type { ArchiveStorage } from '../state/storage.ts';
import { createCopies } from './copies.ts';
import type { Doubt } from './copyRows.ts';
import type { Ledger } from './ledger.ts';
import { createOpenOrder, type OpenOrder } from './openOrder.ts';
import type { UploadSizes } from './sendFile.ts';
import { createTurn } from './turn.ts';
import { createUploadSessions } from './uploadSessions.ts';

/** Doubts of so many orders at a time; then they are judged before more is begun. */
const mostOpen = 50;
/** What is worth waiting for while holding the lock. */
const shortWaitMs = 5_000;
/** No intent's request can be under way for longer, whatever another host's clock says. */
const longestIntentMs = 10 * 60_000;
const troubleMs = 60_000;
const stagingNoteMs = 60_000;
const orderTrouble = 'An import order broke off.';
const mostTroubled = 3;
/** What a predecessor that did not release its lock may have spent since it last noted it. */
const unnotedShare = 0.03;

/** What turns are made of, the same for all mailboxes. */
export interface TurnDeps {
  storage: ArchiveStorage;
  ledger: Ledger;
  orders: OrderStore;
  folders: Folders;
  graph: Graph;
  readEmail: ReadEmailStream;
  /** True if the process of that name is known to be gone; where nobody can tell, false. */
  isGone(host: string): boolean;
  /** How long a create of unknown outcome waits before it is judged, in milliseconds. */
  lookupPatienceMs: number;
  limits: MailboxLimits;
  /** Most bytes of a request. */
  maxBytes: number;
  /** Most bytes of a message, if the mailbox takes so much. */
  maxMessageBytes: number;
  uploadSizes: UploadSizes;
  /** Lets few files stream at a time, over all mailboxes of this process. */
  streams: LimitFunction;
  /** Counts the bytes of emails that are about to be sent, over all mailboxes of this process. */
  memory: Semaphore;
  clock: Clock;
  log: Log;
  /** Records how an order ended; must bear being called twice. */
  onOrderDone(order: ImportOrder, results: CopyResult[]): Promise<void>;
  /** Records an order that can't be read: its path under `imports`, and a sentence. */
  onBrokenOrder(path: string, sentence: string): Promise<void>;
  /** An administrator has to change something before this mailbox's orders can go on. */
  onStop(order: ImportOrder, sentence: string): Promise<void>;
}

/** What one turn is about. */
export interface TurnGiven {
  lock: MailboxLock;
  /** As in the paths under `imports`. */
  mailbox: string;
  attempt: number;
  /** Milliseconds since 1970. */
  endsAt: number;
}

/** One turn: all orders of one mailbox, oldest first, while its lock is held. */
export function createMailboxTurn(parts: TurnDeps, given: TurnGiven) {
  const { clock, log, orders } = parts;
  const { lock, mailbox, attempt, endsAt } = given;
  const now = () => clock.now().getTime();
  const startedAt = now();
  const pacer = createPacer(parts.limits, clock.now, lock.found.spent);
  if (lock.found.owner !== '') pacer.assume(unnotedShare);
  const lane = createLane({ lock, pacer, clock });
  const turn = createTurn({ lane, clock, endsAt, attempt });
  const { maxMessageBytes } = parts;
  const sizeLimit = createSizeLimit(maxMessageBytes, clock, lock.found.sizeLimit);
  const sessions = createUploadSessions(parts.storage, mailbox);
  let { stagedAt } = lock.found;
  let staging: Staging | undefined;
  /** Messages that left the staging folder in this turn. */
  const moved = new Set<string>();
  const open = new Map<string, OpenOrder>();
  const troubled = new Set<string>();
  let stopReported = false;

  /** A dead process sends nothing; anybody else's request may be under way for a while. */
  function judgeAt({ row }: Doubt): number {
    const deadline = Date.parse(row.entry.deadline ?? '') || startedAt;
    const gone = parts.isGone(hostOf(row.entry.owner));
    const latest = gone ? startedAt : startedAt + longestIntentMs;
    return Math.min(deadline, latest) + parts.lookupPatienceMs;
  }

  function begin(name: string, order: ImportOrder): OpenOrder {
    const { mailboxId, folder, runId } = order;
    const writer = createMailboxWriter({ ...parts, lane, mailboxId });
    const { discard } = writer;
    const { owner } = lock;
    staging = writer.staging;
    return createOpenOrder(name, order, {
      ...{ turn, writer, clock, log, judgeAt, place: { folder, run: runId } },
      copies: createCopies({ ...parts, mailbox, owner, name, order, discard }),
      ...{ uploadSizes: parts.uploadSizes, streams: parts.streams },
      ...{ sessions, moved, noteStaging, memory: parts.memory },
      prepare: {
        ...parts,
        sizeLimit,
        emails: parts.storage.container(containers.emails),
      },
    });
  }

  /** In this order, so that whoever dies in between is followed by who does it again. */
  async function closeIfDone(path: string, one: OpenOrder): Promise<void> {
    const results = one.results();
    if (!results) return;
    await parts.onOrderDone(one.order, results);
    await orders.remove(path);
    open.delete(path);
  }

  async function take(path: string): Promise<void> {
    const opened = await orders.open(path);
    if (opened.kind === 'broken') {
      await parts.onBrokenOrder(path, opened.reason);
      await orders.remove(path);
    }
    if (opened.kind !== 'order') return;
    const one = begin(opened.name, opened.order);
    open.set(path, one);
    await goOn(path, one);
  }

  async function goOn(path: string, one: OpenOrder): Promise<void> {
    await one.judge(now());
    await one.work();
    await closeIfDone(path, one);
    if (!turn.stopFault || stopReported) return;
    stopReported = true;
    await parts.onStop(one.order, turn.stopFault.message);
  }

  /** One order's trouble leaves the others alone, until it looks like everybody's. */
  async function guarded(path: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.error(`An import order broke off: ${messageOf(error)}`);
      troubled.add(path);
      open.delete(path);
      if (troubled.size >= mostTroubled) turn.finish(orderTrouble, troubleMs);
    }
  }

  /** Until the next doubt can be judged, if that is soon. */
  async function waitForDoubts(): Promise<void> {
    const times = [...open.values()].map((one) => one.nextJudgement() ?? now());
    const wait = Math.min(...times) - now();
    if (wait <= 0) return;
    if (wait > shortWaitMs || now() + wait > endsAt) {
      turn.finish('Messages wait for being looked up.', wait);
    } else await clock.sleep(wait);
  }

  async function run(): Promise<void> {
    const pause = lane.pausedUntil() - now();
    if (pause > shortWaitMs) turn.finish('The mailbox is paused.', pause);
    while (!turn.end()) {
      const paths = await orders.list(mailbox);
      const fresh = paths.filter((path) => !open.has(path) && !troubled.has(path));
      if (fresh.length + open.size === 0) break;
      for (const path of fresh.slice(0, Math.max(0, mostOpen - open.size))) {
        if (turn.end()) return;
        await guarded(path, () => take(path));
      }
      if (fresh.length > 0 && open.size < mostOpen) continue;
      await waitForDoubts();
      for (const [path, one] of [...open]) await guarded(path, () => goOn(path, one));
    }
    if (troubled.size > 0) turn.finish(orderTrouble, troubleMs);
    else if (!turn.end()) await sweepStaging();
  }

  /** What the next holder of the lock has to know; `after`: when that turn is, in ms. */
  const note = (after?: number): Promise<void> => {
    const planned =
      after === undefined
        ? { nextTurnAt: lock.found.nextTurnAt, scheduler: lock.found.scheduler }
        : { nextTurnAt: now() + after, scheduler: lock.owner };
    return lock.note(() => ({
      ...{ pausedUntil: lane.pausedUntil(), spent: pacer.spent(), ...planned },
      ...{ stagedAt, sizeLimit: sizeLimit.learnt() },
    }));
  };

  /** Before anything is there, so that whoever comes after a crash knows of it. */
  async function noteStaging(): Promise<void> {
    const isNoted = now() - stagedAt < stagingNoteMs;
    stagedAt = isNoted ? stagedAt : now();
    if (!isNoted) await note();
  }

  /** Nothing is being built: what lies there was left by builds that broke off. */
  async function sweepStaging(): Promise<void> {
    if (stagedAt === 0 || !staging) return;
    try {
      const swept = await staging.sweep(moved);
      await sessions.clear();
      // What was created late may still come.
      const isOver = now() - stagedAt > parts.lookupPatienceMs + stagingNoteMs;
      if (swept === 0 && isOver) stagedAt = 0;
    } catch (error) {
      log.warn(`A mailbox's staging folder could not be swept: ${messageOf(error)}`);
    }
  }

  return { run, note, end: turn.end };
}
