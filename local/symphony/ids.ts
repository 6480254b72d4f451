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
