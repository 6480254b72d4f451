import { Readable } from 'node:stream';
import { type Answer, html } from './answers.ts';

/** The bytes, or how many to make up. */
export type Content = Buffer | { bytes: number };

export const contentOf = (content: string | Content): Content =>
  typeof content === 'string' ? Buffer.from(content) : content;

export const sizeOf = (content: Content): number =>
  Buffer.isBuffer(content) ? content.byteLength : content.bytes;

/** What is wrong with the first so many answers. */
export interface Flawed<Flaw> {
  kind: Flaw;
  times: number;
}

export const flawOf = <Flaw>(
  flaw: Flawed<Flaw> | undefined,
  requests: number,
): Flaw | undefined => (flaw && requests <= flaw.times ? flaw.kind : undefined);

/** A file; flaws of which it knows nothing change nothing. */
export function fileAnswer(
  content: Content,
  contentType: string,
  flaw?: string,
  beginning?: Buffer,
): Answer {
  if (flaw === 'html') return html(200, 'Please sign in.');
  const bytes = sizeOf(content);
  const promised = flaw === 'wrongLength' ? bytes + 10 : bytes;
  return {
    status: 200,
    headers: { 'Content-Type': contentType, 'Content-Length': String(promised) },
    body: Buffer.isBuffer(content) ? content : Readable.from(madeUp(bytes, beginning)),
    ...(flaw === 'truncated' && { cutAfter: Math.floor(bytes / 2) }),
    ...(flaw === 'wrongLength' && { cutAfter: bytes }),
  };
}

const chunk = Buffer.from(
  'The quick brown fox jumps over the lazy dog.\r\n'.repeat(1_400),
);

/** So many bytes, the same each time, and never all of them at once. */
function* madeUp(bytes: number, beginning: Buffer = Buffer.of()): Generator<Buffer> {
  yield beginning.subarray(0, bytes);
  for (let left = bytes - beginning.length; left > 0; left -= chunk.byteLength) {
    yield chunk.subarray(0, Math.min(left, chunk.byteLength));
  }
}
