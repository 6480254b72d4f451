import { createHash } from 'node:crypto';

/** Ids of streams and messages: URL-safe Base64 without padding, from the seed alone. */
export const idFrom = (...seed: (string | number)[]): string =>
  createHash('sha256')
    .update(JSON.stringify(seed))
    .digest()
    .subarray(0, 22)
    .toString('base64url');

/** The upper part of a user's id is the pod. */
export const userIdOf = (pod: number, number: number): number => pod * 2 ** 36 + number;

/** Fractions of one that depend on the seed alone. */
export function fractionsFrom(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE();
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
