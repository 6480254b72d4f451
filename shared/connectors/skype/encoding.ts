import { BrokenFile, CutFile } from './faults.ts';

/** A name that `TextDecoder` knows. */
export type Encoding = string;

/** Part of a file as text, and how many bytes of the file it was. */
export interface TextChunk {
  text: string;
  /** How many bytes the first `length` UTF-16 units of the text are in the file. */
  bytesOf(start: number, end: number): number;
}

export interface Detected {
  encoding: Encoding;
  /** How many bytes of byte order mark come before the text. */
  markBytes: number;
}

/** As much of a file as tells its encoding. */
export const headBytes = 256;

const marks: [number[], Encoding][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * By its byte order mark, else by how its `<` is written, else by what it declares. Much of .NET
 * declares UTF-16 and writes UTF-8, so that the bytes decide between the two.
 *
 * https://www.w3.org/TR/xml/#sec-guessing
 */
export function detectXmlEncoding(head: Buffer): Detected {
  const mark = byteOrderMark(head);
  if (mark) return mark;
  if (head[0] === 0x3c && head[1] === 0) return { encoding: 'utf-16le', markBytes: 0 };
  if (head[0] === 0 && head[1] === 0x3c) return { encoding: 'utf-16be', markBytes: 0 };
  const declared = /^<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(
    head.toString('latin1'),
  )?.[1];
  const encoding = declared?.toLowerCase() ?? 'utf-8';
  return { encoding: encoding.startsWith('utf-16') ? 'utf-8' : encoding, markBytes: 0 };
}

export function byteOrderMark(head: Buffer): Detected | undefined {
  const found = marks.find(([bytes]) => bytes.every((byte, at) => head[at] === byte));
  return found && { encoding: found[1], markBytes: found[0].length };
}

/**
 * Text of which each place is known in bytes, so that reading can go on there. Throws a
 * `BrokenFile` if the bytes are no such text, and a `CutFile` if they end within a character.
 */
export async function* decoded(
  chunks: AsyncIterable<Buffer>,
  encoding: Encoding,
): AsyncGenerator<TextChunk> {
  const measure = measureOf(encoding);
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  for await (const chunk of chunks) {
    const text = attempt(() => decoder.decode(chunk, { stream: true }), encoding);
    const bytesOf = (start: number, end: number) => measure(text.slice(start, end));
    if (text) yield { text, bytesOf };
  }
  try {
    decoder.decode();
  } catch {
    throw new CutFile('It ends within a character.');
  }
}

function attempt(decode: () => string, encoding: Encoding): string {
  try {
    return decode();
  } catch {
    throw new BrokenFile(`It holds bytes that are no text in ${encoding}.`);
  }
}

/** Throws a `BrokenFile` for encodings of which a place can't be told in bytes. */
function measureOf(encoding: Encoding): (text: string) => number {
  const name = canonical(encoding);
  if (name === 'utf-8') return (text) => Buffer.byteLength(text, 'utf8');
  if (name.startsWith('utf-16')) return (text) => 2 * text.length;
  if (/^(windows-125\d|iso-8859-\d+|windows-874|koi8-[ru]|macintosh)$/.test(name)) {
    return (text) => text.length;
  }
  throw new BrokenFile('It is in an encoding that is not known here: save it as UTF-8.');
}

function canonical(encoding: Encoding): string {
  try {
    return new TextDecoder(encoding).encoding;
  } catch {
    return '';
  }
}
