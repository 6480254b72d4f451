import { createHash } from 'node:crypto';

export type Seed = (string | number)[];

export const hexFrom = (...seed: Seed): string =>
  createHash('sha256').update(JSON.stringify(seed)).digest('hex');

/** A uuid that depends on the seed alone. */
export function uuidFrom(...seed: Seed): string {
  const hex = hexFrom(...seed);
  const variant = '89ab'[Number.parseInt(hex.slice(16, 17), 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** A small generator of the same numbers in [0, 1) for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const randomFrom = (text: string): (() => number) =>
  seededRandom(createHash('sha256').update(text).digest().readUInt32LE());
