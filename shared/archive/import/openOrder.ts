import type { Semaphore } from 'async-mutex';
import pLimit from 'p-limit';
import type { CopyResult, ImportOrder, OrderEntry } from '../state/order.ts';
import type { Claim } from './copies.ts';
import type { Doubt, DueCopy, Sorted } from './copyRows.ts';
import { judgeDoubts } from './judgeDoubts.ts';
import { type MakeDeps, makeCopy } from './makeCopy.ts';
import { type LargeDeps, makeLarge } from './makeLarge.ts';
import { type PrepareDeps, type PreparedCopy, prepareCopy } from './prepareCopy.ts';

/** What working on an order needs. */
export interface OpenOrderDeps
  extends Omit<MakeDeps, 'replan' | 'makeLarge' | 'sizeLimit'>,
    Pick<LargeDeps, 'uploadSizes' | 'sessions' | 'streams' | 'moved' | 'noteStaging'> {
  prepare: PrepareDeps;
  /** Counts the bytes of what is prepared, over all mailboxes of this process. */
  memory: Semaphore;
  /** From when on a doubt may be judged, in milliseconds since 1970. */
  judgeAt(doubt: Doubt): number;
}

/** An order that is being worked on. */
export interface OpenOrder {
  name: string;
  order: ImportOrder;
  /** Goes on until everything is settled or in doubt, or the turn is over. */
  work(): Promise<void>;
  /** Looks up the doubts whose time has come. */
  judge(now: number): Promise<void>;
  /** When the next doubt can be judged; undefined if there is none. */
  nextJudgement(): number | undefined;
  /** What became of each entry, once all are settled. */
  results(): CopyResult[] | undefined;
}

/** So many copies share a write to the ledger, and lie in memory together. */
const groupSize = 20;
const groupBytes = 2_000_000;
const downloadsAtATime = 4;

/** Copies that are ready to be made; `release` when they are. */
interface Group {
  copies: PreparedCopy[];
  release(): void;
}

/** `name`: as in the path under `imports`. */
export function createOpenOrder(
  name: string,
  order: ImportOrder,
  deps: OpenOrderDeps,
): OpenOrder {
  const { copies, turn } = deps;
  const entries = new Map(order.entries.map((entry) => [entry.key, entry]));
  const settled = new Map<string, CopyResult>();
  let doubts: Doubt[] = [];
  const pending: DueCopy[] = [...entries.values()].map((entry) => ({ entry }));
  /** The ledger knew of something in this order: it is read before more is downloaded. */
  let suspect = false;

  function record(sorted: Sorted): void {
    for (const result of sorted.results) settled.set(result.entry.key, result);
    doubts.push(...sorted.doubts);
    pending.unshift(...sorted.due);
    if (sorted.doubts.length + sorted.due.length > 0) suspect = true;
  }

  async function nextGroup(): Promise<Group | undefined> {
    while (pending.length > 0 && !turn.end()) {
      let group = takeGroup(pending);
      if (suspect) {
        const sorted = await copies.sort(group.map(({ entry }) => entry));
        suspect = sorted.due.length < group.length;
        group = sorted.due;
        record({ ...sorted, due: [] });
      }
      if (group.length > 0) return prepareGroup(group);
    }
    return undefined;
  }

  /** Undefined if the turn was over before there was room. */
  async function prepareGroup(group: DueCopy[]): Promise<Group | undefined> {
    const limit = pLimit(downloadsAtATime);
    const prepare = async (copy: DueCopy): Promise<PreparedCopy> => {
      const fault = turn.mailboxFault;
      if (fault) return { ...copy, failure: fault.message };
      return prepareCopy(deps.prepare, order.folder, copy);
    };
    const [, release] = await deps.memory.acquire(Math.min(bytesOf(group), groupBytes));
    if (turn.end()) {
      release();
      pending.unshift(...group);
      return undefined;
    }
    try {
      return {
        copies: await Promise.all(group.map((copy) => limit(prepare, copy))),
        release,
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  async function make(group: PreparedCopy[]): Promise<void> {
    const { claims, sorted } = await copies.claim(group);
    if (sorted.results.some(({ outcome }) => outcome !== 'failed')) suspect = true;
    record(sorted);
    const bodies = new Map(group.map((copy) => [copy.entry.key, copy]));
    const replan = (copy: PreparedCopy, inline: boolean) =>
      prepareCopy(deps.prepare, order.folder, copy, inline);
    const large = {
      ...deps,
      ...deps.prepare,
      plan: (one: PreparedCopy) => replan(one, true),
    };
    const makeDeps = {
      ...{ ...deps, replan, sizeLimit: deps.prepare.sizeLimit },
      makeLarge: (claim: Claim, copy: PreparedCopy) => makeLarge(large, claim, copy),
    };
    const ended = await Promise.all(
      claims.map(async (claim) => {
        const copy = bodies.get(claim.entry.key) ?? { entry: claim.entry };
        return { claim, ending: await makeCopy(makeDeps, claim, copy) };
      }),
    );
    record(await copies.settle(ended));
  }

  async function work(): Promise<void> {
    while (pending.length > 0 && !turn.end()) {
      let ahead = nextGroup();
      try {
        for (let group = await ahead; group; group = await ahead) {
          // The next group is downloaded while this one is sent.
          ahead = nextGroup();
          ahead.catch(() => undefined);
          await make(group.copies).finally(group.release);
        }
      } finally {
        void ahead.then(
          (left) => left?.release(),
          () => undefined,
        );
      }
    }
  }

  /** What is found is settled, what is not is due, under the ETag of its row. */
  async function judge(now: number): Promise<void> {
    const due = doubts.filter((doubt) => deps.judgeAt(doubt) <= now);
    for (let i = 0; i < due.length && !turn.end(); i += groupSize) {
      const batch = due.slice(i, i + groupSize);
      const { found, missing, open } = await judgeDoubts(deps, batch);
      doubts = doubts.filter((doubt) => open.includes(doubt) || !batch.includes(doubt));
      record(await copies.adopt(found));
      pending.push(...missing.map(({ entry, row }) => ({ entry, etag: row.etag })));
      suspect = false;
    }
  }

  const nextJudgement = () =>
    doubts.length > 0 ? Math.min(...doubts.map(deps.judgeAt)) : undefined;

  const results = () =>
    settled.size < entries.size ? undefined : inOrder(order.entries, settled);

  return { name, order, work, judge, nextJudgement, results };
}

/** An entry that is there twice has its copy once. */
function inOrder(entries: OrderEntry[], settled: Map<string, CopyResult>): CopyResult[] {
  const left = new Map(settled);
  return entries.map((entry) => {
    const result = left.get(entry.key);
    left.delete(entry.key);
    return result ?? { entry, outcome: 'skipped' };
  });
}

/** Takes what comes next: as many as may share a write to the ledger. */
function takeGroup(pending: DueCopy[]): DueCopy[] {
  const group: DueCopy[] = [];
  for (const copy of pending) {
    const isFull = group.length === groupSize || bytesOf([...group, copy]) > groupBytes;
    if (isFull && group.length > 0) break;
    group.push(copy);
  }
  pending.splice(0, group.length);
  return group;
}

const bytesOf = (group: DueCopy[]): number =>
  group.reduce((sum, { entry }) => sum + Math.max(1, entry.bytes), 0);
