import { z } from 'zod';
import type { Clock } from '../clock.ts';

/** The largest message that a mailbox takes, as far as its refusals have told. */
export interface SizeLimit {
  bytes(): number;
  /**
   * A message of so many bytes was refused, that was made when the limit was thought to be
   * `plannedUnder`. False if there is nothing smaller to try.
   */
  learn(refused: number, plannedUnder: number): boolean;
  /** What to remember; times are milliseconds since 1970. */
  learnt(): LearntLimit;
}

/** As the lock's note keeps it: bytes, and when it was learnt (milliseconds since 1970). */
export const learntLimitSchema = z.object({ bytes: z.number(), at: z.number() });
export type LearntLimit = z.infer<typeof learntLimitSchema>;

/** Administrators raise limits, so that none is believed for ever. */
const memoryMs = 7 * 86_400_000;
/** Limits that administrators set, in MB: a refusal doesn't say which it was. */
const usual = [125, 100, 75, 50, 35, 25, 20, 15, 10, 7, 5, 3, 2, 1];
const megabyte = 1024 * 1024;

/** Goes on with what was learnt already. */
export function createSizeLimit(
  most: number,
  clock: Clock,
  found: LearntLimit,
): SizeLimit {
  const now = () => clock.now().getTime();
  let learnt = now() - found.at < memoryMs ? found : { bytes: 0, at: 0 };
  const bytes = () => (learnt.bytes > 0 ? Math.min(most, learnt.bytes) : most);
  return {
    bytes,
    learn(refused, plannedUnder) {
      // Another refusal has told more since then.
      if (plannedUnder > bytes()) return true;
      const below = Math.min(refused, bytes());
      const next = usual.map((mb) => mb * megabyte).find((size) => size < below);
      if (next === undefined) return false;
      learnt = { bytes: next, at: now() };
      return true;
    },
    learnt: () => learnt,
  };
}
