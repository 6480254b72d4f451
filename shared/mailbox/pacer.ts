import { z } from 'zod';

/** At most `count` in any `windowMs` milliseconds. */
export interface RateLimit {
  count: number;
  windowMs: number;
}

/** How fast a mailbox may be written to. */
export interface MailboxLimits {
  requests: RateLimit;
  /** Bytes that are sent up. */
  bytes: RateLimit;
}

/** https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits */
export const outlookLimits: MailboxLimits = {
  requests: { count: 10_000, windowMs: 10 * 60_000 },
  bytes: { count: 150_000_000, windowMs: 5 * 60_000 },
};

/** What was spent, as pairs of slice number and amount, for each of the two limits. */
export const spentSchema = z.object({
  requests: z.array(z.tuple([z.number(), z.number()])).default([]),
  bytes: z.array(z.tuple([z.number(), z.number()])).default([]),
});
export type Spent = z.infer<typeof spentSchema>;

/** Keeps the writer of a mailbox under its limits, by what it spent in the last minutes. */
export interface Pacer {
  /** Takes a request of so many bytes if it may go now: 0. Else how many ms to wait. */
  take(bytes: number): number;
  /** Counts as spent that share of the limits: what a predecessor did not get to note. */
  assume(share: number): void;
  spent(): Spent;
}

/** The rest is for what the server counts later than we do. */
const share = 0.985;
/** A slice falls out of the window as a whole, when its last moment has. */
const slices = 100;

/** Goes on with what was spent already. */
export function createPacer(
  limits: MailboxLimits,
  now: () => Date,
  spent: Spent = { requests: [], bytes: [] },
): Pacer {
  const requests = createMeter(limits.requests, now, spent.requests);
  const bytes = createMeter(limits.bytes, now, spent.bytes);
  return {
    take(size) {
      const wait = Math.max(requests.waitFor(1), bytes.waitFor(size));
      if (wait === 0) {
        requests.add(1);
        bytes.add(size);
      }
      return wait;
    },
    assume(part) {
      requests.add(Math.ceil(limits.requests.count * part));
      bytes.add(Math.ceil(limits.bytes.count * part));
    },
    spent: () => ({ requests: requests.entries(), bytes: bytes.entries() }),
  };
}

function createMeter(limit: RateLimit, now: () => Date, entries: [number, number][]) {
  const sliceMs = limit.windowMs / slices;
  const amounts = new Map(entries);
  const current = () => Math.floor(now().getTime() / sliceMs);

  /** Forgets what has left the window. */
  function recent(): [number, number][] {
    const oldest = current() - slices;
    for (const slice of amounts.keys()) if (slice < oldest) amounts.delete(slice);
    return [...amounts].sort(([a], [b]) => a - b);
  }

  return {
    entries: recent,
    add(amount: number) {
      amounts.set(current(), (amounts.get(current()) ?? 0) + amount);
    },
    waitFor(amount: number): number {
      // What is larger than the whole allowance may go when nothing else was spent.
      let over = amount - limit.count * share;
      const spent = recent();
      for (const [, used] of spent) over += used;
      if (over <= 0) return 0;
      for (const [slice, used] of spent) {
        over -= used;
        const free = (slice + slices + 1) * sliceMs - now().getTime();
        if (over <= 0 || slice === spent.at(-1)?.[0]) return Math.max(1, Math.ceil(free));
      }
      return 0;
    },
  };
}
