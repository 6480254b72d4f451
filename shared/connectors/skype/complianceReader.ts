import { SaxesParser } from 'saxes';
import { createElements } from './complianceElements.ts';
import { createShape } from './complianceShape.ts';
import type { TextChunk } from './encoding.ts';
import { BrokenFile, CutFile } from './faults.ts';
import { attributesSchema, type FoundEvent, type Place } from './rawEvent.ts';

/** More without any element is a trap: nobody writes so much into one message. */
const mostBetweenElements = 16 * 1024 * 1024;

/** What XML can't hold, one unit each: somebody had it in the clipboard. */
const noXmlCharacter = /(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]/gu;

type BytesOf = TextChunk['bytesOf'];

/**
 * Reads the text of a compliance file piece by piece, from a place on. Throws a `BrokenFile` for
 * what is no such file, and a `CutFile` at its end if it should have gone on.
 */
export function createReader(start: { encoding: string; offset: number }, from?: Place) {
  const shape = createShape();
  const bytes = createByteCount(start.offset);
  const elements = createElements(shape, () => ({
    ...{ encoding: start.encoding, offset: bytes.upTo(parser.position) },
  }));
  let lastElement = 0;
  const parser = openParser({
    open(name, attributes) {
      lastElement = parser.position;
      elements.open(name, attributesSchema.parse({ ...attributes }));
    },
    close: elements.close,
  });
  const prefix = shapeOf(from);
  parser.write(prefix);
  if (from) elements.resume(from);
  /** Characters that the parser was given; its own count may lag behind by one. */
  let fed = prefix.length;

  return {
    read(chunk: string, bytesOf: BytesOf): FoundEvent[] {
      bytes.begin(fed, bytesOf);
      fed += chunk.length;
      parser.write(chunk.replace(noXmlCharacter, '\ufffd'));
      bytes.upTo(fed);
      if (fed - lastElement > mostBetweenElements) {
        throw new BrokenFile('It holds an element that is larger than any message.');
      }
      return elements.take();
    },
    /** The root must have been closed. */
    end(): FoundEvent[] {
      if (!shape.isClosed() || fed === prefix.length) throw cut();
      try {
        parser.close();
      } catch {
        throw cut();
      }
      return elements.take();
    },
  };
}

const cut = () => new CutFile('It breaks off before its end.');

const shapeOf = (from: Place | undefined): string =>
  (from?.open ?? []).map((name) => `<${name}>`).join('');

interface Handlers {
  open(name: string, attributes: object): void;
  close(): void;
}

function openParser({ open, close }: Handlers): SaxesParser {
  const parser = new SaxesParser({ xmlns: false });
  parser.on('doctype', () => {
    throw new BrokenFile('It has a DTD, which is not read for safety: remove it.');
  });
  parser.on('error', ({ message }) => {
    // `&#11;`, as .NET writes what XML can't hold. It stays in the text as it stands in the file.
    if (message.endsWith('malformed character entity.')) return;
    throw new BrokenFile(
      'It is not well-formed XML, or uses entities, which are not read for safety.',
    );
  });
  parser.on('opentag', ({ name, attributes }) => open(name, attributes));
  parser.on('closetag', close);
  return parser;
}

/** How many bytes of the file have been read, told from places in its text. */
function createByteCount(offset: number) {
  let read = offset;
  let text = { start: 0, measured: 0, bytesOf: (_: number, _end: number) => 0 };
  return {
    /** A piece of text that begins at a place. */
    begin(start: number, bytesOf: BytesOf): void {
      text = { start, measured: 0, bytesOf };
    },
    upTo(position: number): number {
      const end = position - text.start;
      read += text.bytesOf(text.measured, end);
      text.measured = end;
      return read;
    },
  };
}
