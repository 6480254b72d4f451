import { createHash } from 'node:crypto';
import { BrokenAnswer } from '../http/vendorFaults.ts';

/** What a file has to be, as far as its list says. */
export interface Expected {
  bytes: number | undefined;
  /** SHA-256, in hex; it proves the file whatever else is odd about it. */
  fingerprint: string | undefined;
  /** As in MP4; undefined for a file of which any content is good. */
  extension: string | undefined;
}

const headBytes = 512;

/** Boxes with which an MP4 may begin (ISO/IEC 14496-12); the first four bytes are a length. */
const boxes = /^(ftyp|styp|moov|mdat|free|skip|wide|sidx|moof|pnot|uuid)$/;

const magic: Record<string, (head: Buffer) => boolean> = {
  MP4: isMp4,
  M4A: isMp4,
  VTT: (head) => textOf(head).startsWith('WEBVTT'),
  JPG: (head) => head.subarray(0, 2).equals(Buffer.of(0xff, 0xd8)),
  PNG: (head) => head.subarray(1, 4).toString('latin1') === 'PNG',
  JSON: (head) => /^[[{]/.test(textOf(head)) && !isErrorJson(head),
};

/**
 * Hands a download through, and fails at its end if it is not what it should be: an error page
 * never ends up as a recording.
 */
export async function* verified(
  content: AsyncIterable<Buffer>,
  expected: Expected,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of content) {
    if (head.length < headBytes) {
      head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)]);
    }
    hash.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  const problem = problemOf(head, bytes, hash.digest('hex'), expected);
  if (problem) throw new BrokenAnswer(problem);
}

function problemOf(
  head: Buffer,
  bytes: number,
  sha256: string,
  expected: Expected,
): string | undefined {
  const { fingerprint, extension } = expected;
  if (fingerprint) {
    return sha256 === fingerprint ? undefined : 'its fingerprint is not the one listed';
  }
  if (expected.bytes !== undefined && bytes !== expected.bytes) {
    return `it has ${bytes} bytes and should have ${expected.bytes}`;
  }
  const isListed = expected.bytes !== undefined;
  if (extension === undefined) {
    const isPage = !isListed && (isHtml(head) || isErrorJson(head));
    return isPage ? 'it is a web page and no file' : undefined;
  }
  const isRight = magic[extension]?.(head) ?? !(isHtml(head) || isErrorJson(head));
  return isRight ? undefined : `it is no ${extension}`;
}

function isMp4(head: Buffer): boolean {
  return boxes.test(head.subarray(4, 8).toString('latin1'));
}

const textOf = (head: Buffer): string =>
  head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();

const isHtml = (head: Buffer): boolean => /^<(!doctype|html)/i.test(textOf(head));

/** `{"status":false,"errorCode":124,"errorMessage":"Forbidden"}`, with a status of 200. */
const isErrorJson = (head: Buffer): boolean =>
  /^\{[^{[]*"error_?code"/i.test(textOf(head));
