import { SaxesParser } from 'saxes';
import { z } from 'zod';
import { type Detected, decoded, detectXmlEncoding, headBytes } from './encoding.ts';
import { BrokenFile, CutFile } from './faults.ts';

const attributesSchema = z.record(z.string(), z.string());
export type Attributes = z.infer<typeof attributesSchema>;

/** One element of `Messages`, as it stands in the file. */
export const rawEventSchema = z.object({
  element: z.string(),
  message: attributesSchema,
  sender: attributesSchema.optional(),
  time: attributesSchema.optional(),
});
export type RawEvent = z.infer<typeof rawEventSchema>;

/** A place in a file from which reading can go on. */
export const placeSchema = z.object({
  encoding: z.string(),
  /** Bytes from the beginning of the file. */
  offset: z.number(),
  /** The elements that are open there, by their names in the file. */
  open: z.array(z.string()),
  /** The rooms of the conversation that is open there. */
  channels: z.array(attributesSchema),
});
export type Place = z.infer<typeof placeSchema>;

export interface FoundEvent {
  event: RawEvent;
  channels: Attributes[];
  /** Behind the event. */
  place: Place;
}

/** Opens the file from a byte on. */
export type OpenAt = (start: number) => Promise<AsyncIterable<Buffer>>;

const deepest = 16;
/** More without any element is a trap: nobody writes so much into one message. */
const mostBetweenElements = 16 * 1024 * 1024;

const transformed =
  'Its root is not Conversations, so it is no output of the Persistent Chat compliance adapter, or an XSLT (CustomConfiguration) has changed it: export it as the adapter writes it.';

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

const localName = (name: string): string =>
  name.slice(name.indexOf(':') + 1).toLowerCase();

function createReader(start: { encoding: string; offset: number }, from?: Place) {
  const parser = new SaxesParser({ xmlns: false });
  const open: string[] = [];
  let found: FoundEvent[] = [];
  let channels: Attributes[] = [];
  let first: FoundEvent | undefined;
  let current: RawEvent | undefined;
  let { offset } = start;
  /** Where the text begins that is being read, and how far it has been measured. */
  let text = { start: 0, measured: 0, bytesOf: (_: number, _end: number) => 0 };
  let lastElement = 0;

  function foundHere(event: RawEvent): FoundEvent {
    const end = parser.position - text.start;
    offset += text.bytesOf(text.measured, end);
    text.measured = end;
    const place = { encoding: start.encoding, offset, open: [...open], channels };
    return { event, channels, place };
  }

  /** `FirstMessage` is the first of the messages once more, or else a message of its own. */
  function emitFirst(next: RawEvent | undefined): void {
    if (first && !(next && isSame(first.event, next))) found.push(first);
    first = undefined;
  }

  parser.on('doctype', () => {
    throw new BrokenFile('It has a DTD, which is not read for safety: remove it.');
  });
  parser.on('error', () => {
    throw new BrokenFile(
      'It is not well-formed XML, or uses entities, which are not read for safety.',
    );
  });
  parser.on('opentag', ({ name, attributes }) => {
    lastElement = parser.position;
    const local = localName(name);
    const parent = localName(open.at(-1) ?? '');
    if (open.length === 0 && local !== 'conversations') throw new BrokenFile(transformed);
    if (open.length >= deepest) throw new BrokenFile('Its elements are nested too deep.');
    open.push(name);
    if (local === 'conversation') channels = [];
    if (local === 'channel') channels = [...channels, plain(attributes)];
    if (parent === 'messages' || local === 'firstmessage') {
      current = { element: local, message: plain(attributes) };
    }
    if (current && local === 'sender') current.sender = plain(attributes);
    if (current && local === 'datetimeutc') current.time = plain(attributes);
  });
  parser.on('closetag', ({ name }) => {
    open.pop();
    const local = localName(name);
    const isMessage = localName(open.at(-1) ?? '') === 'messages';
    if (current && local === 'firstmessage') {
      [first, current] = [foundHere(current), undefined];
    } else if (current && isMessage) {
      emitFirst(current);
      found.push(foundHere(current));
      current = undefined;
    }
    if (local === 'conversation') emitFirst(undefined);
  });

  const prefix = (from?.open ?? []).map((name) => `<${name}>`).join('');
  parser.write(prefix);
  channels = from?.channels ?? [];
  /** Characters that the parser was given; its own count may lag behind by one. */
  let fed = prefix.length;

  return {
    read(chunk: string, bytesOf: (start: number, end: number) => number): FoundEvent[] {
      found = [];
      text = { start: fed, measured: 0, bytesOf };
      fed += chunk.length;
      parser.write(chunk);
      offset += bytesOf(text.measured, chunk.length);
      if (fed - lastElement > mostBetweenElements) {
        throw new BrokenFile('It holds an element that is larger than any message.');
      }
      return found;
    },
    /** The root must have been closed. */
    end(): FoundEvent[] {
      found = [];
      if (open.length > 0 || fed === prefix.length) {
        throw new CutFile('It breaks off before its end.');
      }
      try {
        parser.close();
      } catch {
        throw new CutFile('It breaks off before its end.');
      }
      return found;
    },
  };
}

const plain = (attributes: object): Attributes =>
  attributesSchema.parse({ ...attributes });

const isSame = (one: RawEvent, other: RawEvent): boolean =>
  JSON.stringify([one.message, one.sender, one.time]) ===
  JSON.stringify([other.message, other.sender, other.time]);
