import { createHash } from 'node:crypto';

/** A uuid that depends on the seed alone. */
export function uuidFrom(...seed: (string | number)[]): string {
  const hex = hexOf(seed);
  const variant = '89ab'[Number.parseInt(hex.slice(16, 17), 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** As Zoom names meeting instances: 16 bytes in base64. */
export const meetingUuid = (...seed: (string | number)[]): string =>
  Buffer.from(hexOf(seed).slice(0, 32), 'hex').toString('base64');

/** As Zoom names users: 22 letters of base64url. */
export const userId = (...seed: (string | number)[]): string =>
  Buffer.from(hexOf(seed).slice(0, 32), 'hex').toString('base64url');

/** Meeting numbers go beyond 32 bits. */
export const meetingNumber = (...seed: (string | number)[]): number =>
  80_000_000_000 + (Number.parseInt(hexOf(seed).slice(0, 8), 16) % 9_999_999_999);

const hexOf = (seed: (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(seed)).digest('hex');

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
