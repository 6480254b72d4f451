import { hashOf } from '../item/key.ts';

/** As much of it as tells what is in one meeting apart. */
export const shortHash = (value: unknown): string => hashOf(value, 24);
