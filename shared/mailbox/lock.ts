import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type {
  BlobLeaseClient,
  BlobRequestConditions,
  ContainerClient,
} from '@azure/storage-blob';
import { z } from 'zod';
import { answered } from '../archive/state/blobs.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { parseJson } from '../parseJson.ts';
import { spentSchema } from './pacer.ts';
import { learntLimitSchema } from './sizeLimit.ts';

/** What a mailbox's lock tells its next holder. Times are milliseconds since 1970. */
const noteSchema = z.object({
  /** Who holds it; empty after a proper release. */
  owner: z.string().catch(''),
  /** Nothing is sent to the mailbox before. */
  pausedUntil: z.number().catch(0),
  /** When the mailbox's next turn is, as far as one was asked for, and who asked. */
  nextTurnAt: z.number().catch(0),
  scheduler: z.string().catch(''),
  /** When something was last built in the staging folder; 0 where nothing is left in it. */
  stagedAt: z.number().catch(0),
  /** The mailbox's limit, as far as refusals told. */
  sizeLimit: learntLimitSchema.catch({ bytes: 0, at: 0 }),
  /** What the pacer has spent. */
  spent: spentSchema.catch({ requests: [], bytes: [] }),
});
export type LockNote = z.infer<typeof noteSchema>;

/** The lease on a mailbox: who has it is its one writer. */
export interface MailboxLock {
  /** Names this holding of the lock: `HOST~TURN`. */
  owner: string;
  /** What the holder before left; its `owner` is empty if that one released it. */
  found: LockNote;
  /** True if the lease lasts for so many milliseconds more, even if it is never renewed. */
  covers(ms: number): boolean;
  /** True if it is known to be somebody else's. */
  lost(): boolean;
  /** What to note, now and at each renewal. */
  note(carry: () => Omit<LockNote, 'owner'>): Promise<void>;
  release(): Promise<void>;
}

/** What locks are made of. */
export interface LockDeps {
  /** The container `state`. */
  container: ContainerClient;
  /** Names this process. */
  host: string;
  /** True if the process of that name is known to be gone. */
  isGone(host: string): boolean;
  clock: Clock;
  log: Log;
}

const leaseSeconds = 60;
const beatMs = 10_000;
const mostAttempts = 3;

/** The process part of an owner. */
export const hostOf = (owner: string): string => owner.split('~')[0] ?? '';

/** One writer for each mailbox: blob leases under `state/locks/`. */
export function createLocks(deps: LockDeps) {
  const leaseOf = (mailbox: string) => {
    const blob = deps.container.getBlockBlobClient(`locks/${mailbox}`);
    return { blob, lease: blob.getBlobLeaseClient() };
  };

  /**
   * Names itself in the note before it takes the lease, so that whoever finds the lease taken
   * can tell by whom. Returns the note as it was; undefined if somebody else has the lease.
   */
  async function take({ blob, lease }: ReturnType<typeof leaseOf>, owner: string) {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const { note, etag } = await readNote(blob);
      const conditions = etag ? { ifMatch: etag } : { ifNoneMatch: '*' };
      try {
        await writeNote(blob, { ...note, owner }, conditions);
        await lease.acquireLease(leaseSeconds);
        return note;
      } catch (error) {
        if (!answered(error, 409, 412)) throw error;
      }
      // Our own name: the storage had written it, and its answer was lost. And a lease whose
      // holder's process is dead need not be waited for.
      const holder = (await readNote(blob)).note.owner;
      if (holder === owner) continue;
      if (holder === '' || !deps.isGone(hostOf(holder))) return undefined;
      await lease.breakLease(0).catch(ignore(409));
    }
    return undefined;
  }

  return {
    /** Undefined if somebody else has it. */
    async acquire(mailbox: string): Promise<MailboxLock | undefined> {
      const taken = leaseOf(mailbox);
      const since = deps.clock.now().getTime();
      const owner = `${deps.host}~${randomUUID().slice(0, 8)}`;
      const found = await take(taken, owner);
      return found && hold(deps, { ...taken, owner, since, found });
    },
  };
}

type LockBlob = ReturnType<ContainerClient['getBlockBlobClient']>;

interface Holding {
  blob: LockBlob;
  lease: BlobLeaseClient;
  owner: string;
  since: number;
  found: LockNote;
}

function hold({ clock, log }: LockDeps, holding: Holding): MailboxLock {
  const { blob, lease, owner, found } = holding;
  let validUntil = holding.since + leaseSeconds * 1000;
  let lost = false;
  let carry: () => Omit<LockNote, 'owner'> = () => found;
  const beats = new AbortController();

  const write = (noted: string) =>
    writeNote(blob, { ...carry(), owner: noted }, { leaseId: lease.leaseId });

  async function beat(): Promise<void> {
    const asked = clock.now().getTime();
    try {
      await lease.renewLease();
      validUntil = asked + leaseSeconds * 1000;
      await write(owner);
    } catch (error) {
      if (answered(error, 404, 409, 412)) lost = true;
      log.warn(`A mailbox's lock was not renewed: ${messageOf(error)}`);
    }
  }

  const beating = (async () => {
    while (!lost) {
      await clock.sleep(beatMs, beats.signal);
      await beat();
    }
  })().catch(() => undefined);

  return {
    owner,
    found,
    covers: (ms) => !lost && clock.now().getTime() + ms <= validUntil,
    lost: () => lost,
    async note(now) {
      carry = now;
      if (!lost) await write(owner);
    },
    async release() {
      beats.abort();
      await beating;
      if (lost) return;
      await write('').catch(ignore(404, 409, 412));
      await lease.releaseLease().catch(ignore(404, 409, 412));
    },
  };
}

async function writeNote(
  blob: LockBlob,
  note: LockNote,
  conditions: BlobRequestConditions,
): Promise<void> {
  const body = JSON.stringify(note);
  await blob.upload(body, Buffer.byteLength(body), { conditions });
}

/** The ETag is absent where the blob is. */
async function readNote(blob: LockBlob): Promise<{ note: LockNote; etag?: string }> {
  try {
    const { etag, readableStreamBody } = await blob.download();
    const content = noteSchema.safeParse(
      parseJson(await text(readableStreamBody ?? Readable.from([]))),
    );
    const note = content.success ? content.data : noteSchema.parse({});
    return { note, ...(etag && { etag }) };
  } catch (error) {
    if (!answered(error, 404)) throw error;
    return { note: noteSchema.parse({}) };
  }
}

/** Swallows an answer of the storage that means: somebody else was faster. */
const ignore =
  (...statuses: number[]) =>
  (error: unknown): void => {
    if (!answered(error, ...statuses)) throw error;
  };
