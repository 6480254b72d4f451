import { createReader } from './complianceReader.ts';
import { type Detected, decoded, detectXmlEncoding, headBytes } from './encoding.ts';
import type { FoundEvent, Place } from './rawEvent.ts';

/** Opens the file from a byte on. */
export type OpenAt = (start: number) => Promise<AsyncIterable<Buffer>>;

/**
 * What a compliance file of Persistent Chat holds, some events at a time, each with the place
 * behind it. Memory does not grow with the file. Throws a `BrokenFile` for what is no such file,
 * and a `CutFile` if it ends before it should.
 *
 * https://learn.microsoft.com/skypeforbusiness/manage/persistent-chat/configure-compliance
 */
export async function* readCompliance(
  open: OpenAt,
  from?: Place,
): AsyncGenerator<FoundEvent[]> {
  const source = await open(from?.offset ?? 0);
  const { chunks, encoding, offset } = from
    ? { chunks: source, ...from }
    : await withEncoding(source);
  const reader = createReader({ encoding, offset }, from);
  for await (const { text, bytesOf } of decoded(chunks, encoding)) {
    const found = reader.read(text, bytesOf);
    if (found.length > 0) yield found;
  }
  const last = reader.end();
  if (last.length > 0) yield last;
}

async function withEncoding(source: AsyncIterable<Buffer>) {
  const iterator = source[Symbol.asyncIterator]();
  let head = Buffer.of();
  while (head.length < headBytes) {
    const { value, done } = await iterator.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const { encoding, markBytes }: Detected = detectXmlEncoding(head);
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      yield head.subarray(markBytes);
      for (;;) {
        const { value, done } = await iterator.next();
        if (done) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { chunks: chunks(), encoding, offset: markBytes };
}
