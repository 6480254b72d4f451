import { boundaryOf, createPartsCheck, throwIfNoBase64 } from './emlParts.ts';
import { byteOrderMark, decoded } from './encoding.ts';
import { BrokenFile, CutFile } from './faults.ts';

const mostHeaderBytes = 256 * 1024;
const known =
  /^(from|to|cc|bcc|sender|date|subject|message-id|mime-version|content-type|received|x-[\w-]+):/im;
const headerLine = /^[!-9;-~]+:/;

export interface Head {
  /** Logical header lines, unfolded, one character a byte. */
  lines: string[];
  value(name: string): string | undefined;
}

/** An email's file as a parser likes it, and what the parser doesn't tell. */
export interface EmlSource {
  head: Head;
  chunks: AsyncIterable<Buffer>;
  /** When all has been read: true if the end of the message is missing. */
  isCut(): boolean;
}

/**
 * Takes the header off, whatever the file's encoding: tools on Windows save UTF-16 or put a byte
 * order mark first. `sip:` and its parameters go from the addresses, where they would look like
 * a group and more people. Throws a `BrokenFile` if this is no email, and a `CutFile` if it ends in its header.
 */
export async function openEml(bytes: AsyncIterable<Buffer>): Promise<EmlSource> {
  const iterator = inUtf8(bytes)[Symbol.asyncIterator]();
  let begin: Buffer = Buffer.of();
  let split = -1;
  while (split < 0) {
    const { value, done } = await iterator.next();
    if (!done) begin = Buffer.concat([begin, value]);
    const text = begin.toString('latin1').replace(/^[\r\n]+/, '');
    begin = Buffer.from(text, 'latin1');
    split = endOfHeader(text);
    if (split >= 0) break;
    if (!headerLine.test(text) && text.length > 0) throw noEmail();
    if (begin.length > mostHeaderBytes) throw noEmail();
    if (done) throw new CutFile('It breaks off before its text.');
  }
  const header = begin.toString('latin1', 0, split);
  if (!headerLine.test(header) || !known.test(header)) {
    await iterator.return?.(undefined);
    throw noEmail();
  }
  const head = headOf(header);
  const watch = createWatch(head);
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      yield Buffer.from(tidied(header), 'latin1');
      for (let next = begin.subarray(split); ; ) {
        watch.see(next);
        yield next;
        const { value, done } = await iterator.next();
        if (done) return;
        next = value;
      }
    } finally {
      await iterator.return?.(undefined);
    }
  }
  return { head, chunks: chunks(), isCut: watch.isCut };
}

const noEmail = () =>
  new BrokenFile('It is no email as Export-CsArchivingData writes it.');

/** Where the empty line after the header begins. */
function endOfHeader(text: string): number {
  const found = /\r?\n\r?\n/.exec(text);
  return found ? found.index : -1;
}

async function* inUtf8(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = bytes[Symbol.asyncIterator]();
  try {
    let first = Buffer.of();
    while (first.length < 4) {
      const { value, done } = await iterator.next();
      if (done) break;
      first = Buffer.concat([first, value]);
    }
    const mark = byteOrderMark(first);
    async function* all(): AsyncGenerator<Buffer> {
      yield first.subarray(mark?.markBytes ?? 0);
      for (;;) {
        const { value, done } = await iterator.next();
        if (done) return;
        yield value;
      }
    }
    if (!mark?.encoding.startsWith('utf-16')) yield* all();
    else
      for await (const { text } of decoded(all(), mark.encoding)) yield Buffer.from(text);
  } finally {
    await iterator.return?.();
  }
}

const unfolded = (header: string): string[] =>
  header.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);

function headOf(header: string): Head {
  const lines = unfolded(header);
  return {
    lines,
    value(name) {
      const line = lines.find((one) => one.toLowerCase().startsWith(`${name}:`));
      return line?.slice(name.length + 1).trim();
    },
  };
}

/** A SIP address and what routes to it: `sip:ben@example.com;gruu;opaque=app:conf`. */
const sipAddress = /\bsips?:([^\s,;<>"]+)(?:;[\w.-]+(?:=[^\s,;<>"]*)?(?![\w.@-]))*/gi;

const tidied = (header: string): string =>
  unfolded(header)
    .map((line) =>
      /^(from|to|cc|bcc|sender):/i.test(line)
        ? line.replace(sipAddress, '$1')
        : // Parsers take what stands behind the quotes for a part of the boundary.
          line.replace(/^(content-type:.*\bboundary\s*=\s*"[^"]+")[^;]*/i, '$1'),
    )
    .join('\r\n');

/** Whether the message is there to its end: its closing boundary, or whole base64. */
function createWatch(head: Head) {
  const type = head.value('content-type') ?? '';
  const boundary = boundaryOf(type);
  const isMultipart = /^multipart\//i.test(type);
  const closing = isMultipart ? `\n--${boundary ?? ''}--` : undefined;
  const checkParts = boundary === undefined ? undefined : createPartsCheck(boundary);
  const isBase64 = /^base64/i.test(head.value('content-transfer-encoding') ?? '');
  let tail = '';
  let isClosed = false;
  let digits = 0;
  return {
    see(chunk: Buffer): void {
      if (closing !== undefined) {
        checkParts?.(chunk.toString('latin1'));
        const text = tail + chunk.toString('latin1');
        isClosed ||= text.includes(closing);
        tail = text.slice(-closing.length);
      } else if (isBase64) {
        throwIfNoBase64(chunk.toString('latin1'));
        digits += chunk.toString('latin1').replace(/[^A-Za-z0-9+/=]/g, '').length;
      }
    },
    isCut: () => {
      if (closing !== undefined) return !isClosed;
      return isBase64 && (digits === 0 || digits % 4 !== 0);
    },
  };
}
