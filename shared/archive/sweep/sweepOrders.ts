import { z } from 'zod';
import { containers } from '../../names.ts';
import { answered, readJson, writeJson } from '../state/blobs.ts';
import type { ArchiveStorage } from '../state/storage.ts';

/** What sweeping the orders needs. */
export interface SweepOrdersDeps {
  storage: ArchiveStorage;
  /** Gives a mailbox its next turn. */
  retryMailbox: (mailbox: string) => Promise<void>;
  now: () => Date;
  /** How much of the list one pass looks at, if not as usual. */
  listingBounds?: typeof usual;
}

/** Where the next pass goes on; a pass looks at so many orders and no more. */
const notePath = 'sweep/imports.json';
const noteSchema = z.object({ next: z.string().default('') });
const usual = { listingSize: 5_000, listings: 4 };

/**
 * Gives a turn to mailboxes with orders that nobody has drained for `minAgeMs`. A backlog of any
 * size is gone through in as many passes as it takes, each of which begins where the last ended.
 * Returns how many mailboxes there were.
 */
export async function sweepOrders(
  deps: SweepOrdersDeps,
  minAgeMs: number,
): Promise<number> {
  const state = deps.storage.container(containers.state);
  const noted = await readJson(state, notePath, noteSchema);
  const from = noted?.value.next ?? '';
  const pass = await lookFrom(deps, from, minAgeMs);
  for (const mailbox of pass.mailboxes) await deps.retryMailbox(mailbox);
  if (pass.next !== from) {
    await writeJson(state, notePath, { next: pass.next }, noted?.etag ?? 'absent');
  }
  return pass.mailboxes.size;
}

interface Pass {
  mailboxes: Set<string>;
  /** Empty at the end of the list. */
  next: string;
}

async function lookFrom(
  deps: SweepOrdersDeps,
  from: string,
  minAgeMs: number,
): Promise<Pass> {
  const pass: Pass = { mailboxes: new Set(), next: from };
  const { listings } = deps.listingBounds ?? usual;
  try {
    let isWhole = from === '';
    for (let n = 0; n < listings; n++) {
      pass.next = await lookAtOne(deps, pass, minAgeMs);
      if (pass.next === '' && isWhole) break;
      // What came in before the place where it began is looked at as well, if there is time.
      isWhole ||= pass.next === '';
    }
    return pass;
  } catch (error) {
    // The service no longer knows where that was: the next pass begins anew.
    if (from === '' || !answered(error, 400)) throw error;
    return { ...pass, next: '' };
  }
}

async function lookAtOne(
  { storage, now, listingBounds = usual }: SweepOrdersDeps,
  { mailboxes, next }: Pass,
  minAgeMs: number,
): Promise<string> {
  const { listingSize: maxPageSize } = listingBounds;
  const listings = storage
    .container(containers.imports)
    .listBlobsFlat()
    .byPage({ maxPageSize, ...(next && { continuationToken: next }) });
  const { value: listing } = await listings.next();
  if (!listing) return '';
  const before = now().getTime() - minAgeMs;
  for (const { name, properties } of listing.segment.blobItems) {
    const isLeft = properties.lastModified.getTime() <= before;
    if (isLeft) mailboxes.add(name.split('/')[0] ?? '');
  }
  return listing.continuationToken ?? '';
}
