import { createHash, type Hash } from 'node:crypto';

/** An element of `{"records": […]}`, as text; not parsed yet. */
export type RawRecord =
  | { kind: 'text'; text: string }
  /** Larger than anything that the vendor allows; only measured. */
  | { kind: 'tooLarge'; bytes: number; sha256: string };

/** A note may have 1,048,576 characters: https://developers.ringcentral.com/api-reference */
const largestRecord = 16 * 1024 * 1024;

const isSolid = (byte: number): boolean => byte > 0x20;

/**
 * Collects the bytes of one element after another; each may come in pieces. The first `skip`
 * elements are only counted: a file is read from its beginning for each page.
 */
export function createCollector(skip: number) {
  let left = skip;
  let isElement = false;
  let parts: Buffer[] = [];
  let bytes = 0;
  let hash: Hash | undefined;

  function measureOnly(): Hash {
    const measure = createHash('sha256');
    for (const part of parts) measure.update(part);
    parts = [];
    return measure;
  }

  return {
    add(part: Buffer): void {
      if (left > 0) {
        isElement ||= part.some(isSolid);
        return;
      }
      bytes += part.length;
      if (bytes > largestRecord) hash ??= measureOnly();
      if (hash) hash.update(part);
      else parts.push(part);
    },
    /** The element that is complete now; undefined if it is skipped, or only blanks. */
    take(): RawRecord | undefined {
      if (left > 0) {
        if (isElement) left--;
        isElement = false;
        return undefined;
      }
      const measured = hash && { bytes, sha256: hash.digest('hex') };
      const text = Buffer.concat(parts).toString('utf8').trim();
      [parts, bytes, hash] = [[], 0, undefined];
      if (measured) return { kind: 'tooLarge', ...measured };
      return text === '' ? undefined : { kind: 'text', text };
    },
  };
}
