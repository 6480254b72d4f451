import { createHash } from 'node:crypto';

/**
 * A string as part of a table key or a blob path: itself if it is made of letters, digits and
 * `-` (64 at most), else its SHA-256 in hex. Names from outside are never trusted as they are.
 */
export function safeKey(part: string): string {
  return /^[A-Za-z0-9-]{1,64}$/.test(part) ? part : sha256(part);
}

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** `yyyyMMddTHHmmssZ`, UTC. */
export function compactTime(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** Makes rows sort newest first: 14 digits that fall as time rises. */
export function invertedTime(at: Date): string {
  return String(99_999_999_999_999 - at.getTime()).padStart(14, '0');
}
