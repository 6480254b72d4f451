import { hexFrom, type Seed } from '../simulation/seeded.ts';

/** As Zoom names meeting instances: 16 bytes in base64. */
export const meetingUuid = (...seed: Seed): string =>
  Buffer.from(hexFrom(...seed).slice(0, 32), 'hex').toString('base64');

/** As Zoom names users: 22 letters of base64url. */
export const userId = (...seed: Seed): string =>
  Buffer.from(hexFrom(...seed).slice(0, 32), 'hex').toString('base64url');

/** Meeting numbers go beyond 32 bits. */
export const meetingNumber = (...seed: Seed): number =>
  80_000_000_000 + (Number.parseInt(hexFrom(...seed).slice(0, 8), 16) % 9_999_999_999);
