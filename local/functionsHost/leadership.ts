import { setTimeout as delay } from 'node:timers/promises';
import {
  type BlobLeaseClient,
  type ContainerClient,
  RestError,
} from '@azure/storage-blob';
import { answered } from '../../shared/archive/state/blobs.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { isGone, ownerId } from './owners.ts';

/** The shortest lease that Azure Storage gives. */
const leaseSeconds = 15;
const renewEveryMs = 4_000;
const contendEveryMs = 500;

/** Something that at most one host does at a time, over all hosts of one storage. */
export interface Office {
  /** The blob whose lease says who does it. */
  name: string;
  /** Resolves when there is nothing left to do after the signal; never rejects. */
  hold(signal: AbortSignal): Promise<void>;
}

/** Contends for an office until stopped. Returns the function that stops, and gives it up. */
export function contend(
  container: ContainerClient,
  office: Office,
  log: Log,
): () => Promise<void> {
  const stop = new AbortController();
  const done = run(container, office, log, stop.signal);
  return async () => {
    stop.abort();
    await done;
  };
}

async function run(
  container: ContainerClient,
  office: Office,
  log: Log,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const lease = await acquire(container, office.name).catch((error: unknown) => {
      log.warn(`The lease ${office.name} can't be had for now: ${messageOf(error)}`);
      return undefined;
    });
    if (lease) await serve(lease, office, stop);
    else await pause(contendEveryMs, stop);
  }
}

async function serve(
  lease: BlobLeaseClient,
  office: Office,
  stop: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const held = office.hold(AbortSignal.any([stop, over.signal]));
  await keep(lease, stop);
  over.abort();
  await held;
  await lease.releaseLease().catch(() => {});
}

/** Renews until told to stop, or until the lease is or may be lost. */
async function keep(lease: BlobLeaseClient, stop: AbortSignal): Promise<void> {
  let goodUntil = Date.now() + leaseSeconds * 1000;
  for (;;) {
    await pause(renewEveryMs, stop);
    if (stop.aborted) return;
    const asked = Date.now();
    try {
      await lease.renewLease();
      goodUntil = asked + leaseSeconds * 1000;
    } catch (error) {
      const lost = error instanceof RestError && error.statusCode !== undefined;
      if (lost || Date.now() + renewEveryMs > goodUntil) return;
    }
  }
}

/** The lease, or undefined while another host has it. */
async function acquire(container: ContainerClient, name: string) {
  const blob = container.getBlockBlobClient(name);
  const lease = blob.getBlobLeaseClient();
  const free =
    (await tryToTake(lease, container)) ||
    ((await clearAway(container, name)) && (await tryToTake(lease, container)));
  if (!free) return undefined;
  try {
    // Only who could sign holds it: somebody who still saw the owner before may have broken
    // this lease in the meantime.
    await blob.setMetadata(
      { owner: ownerId() },
      { conditions: { leaseId: lease.leaseId } },
    );
    return lease;
  } catch (error) {
    if (answered(error, 409, 412)) return undefined;
    throw error;
  }
}

async function tryToTake(
  lease: BlobLeaseClient,
  container: ContainerClient,
): Promise<boolean> {
  try {
    await lease.acquireLease(leaseSeconds);
    return true;
  } catch (error) {
    if (answered(error, 404)) await container.createIfNotExists();
    if (answered(error, 404, 409)) return false;
    throw error;
  }
}

/** Makes the blob, or breaks the lease of an owner that is gone. True if a lease may be had. */
async function clearAway(container: ContainerClient, name: string): Promise<boolean> {
  const blob = container.getBlockBlobClient(name);
  try {
    if (!(await blob.exists())) {
      await blob.upload('', 0, { conditions: { ifNoneMatch: '*' } });
      return true;
    }
    const { metadata, etag, leaseState } = await blob.getProperties();
    if (leaseState !== 'leased' || !isGone(metadata?.owner ?? '')) return false;
    const conditions = etag ? { ifMatch: etag } : {};
    await blob.getBlobLeaseClient().breakLease(0, { conditions });
    return true;
  } catch (error) {
    if (answered(error, 404, 409, 412)) return false;
    throw error;
  }
}

/** Waits, but not longer than until the signal. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(Math.max(ms, 0), undefined, { signal }).catch(() => {});
}
