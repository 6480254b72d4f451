import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { convert } from 'html-to-text';
import type { Person } from '../../archive/state/item.ts';
import { createMailParser } from '../../email/mailParser.ts';
import { peopleIn } from './emlPeople.ts';
import { type Head, openEml } from './emlSource.ts';
import { BrokenFile, CutFile } from './faults.ts';
import { momentOf } from './moments.ts';
import { isRtf, rtfToText } from './rtf.ts';

/** A session as its file has it. */
export interface Session {
  headers: string[];
  messageId: string | undefined;
  subject: string;
  /** ISO 8601, milliseconds; undefined where the file doesn't say. */
  at: string | undefined;
  author: Person | undefined;
  /** Everybody whom the header names, each once. */
  people: Person[];
  text: string;
  html: string | undefined;
  files: SessionFile[];
  isCut: boolean;
}

export interface SessionFile {
  name: string;
  contentType: string;
  bytes: number;
  sha256: string;
}

/** What to do with an attachment's bytes; by default they are only measured. */
export type UseFile = (content: Readable, position: number) => Promise<void>;

/** So much of a transcript is held in memory; nobody types more in one session. */
const mostTextBytes = 24 * 1024 * 1024;

/** About the form of the file, and not of what was said. */
const formal = /^(from|sender|to|cc|bcc|content-|mime-version|subject)/i;

/**
 * Reads an EML of Export-CsArchivingData; attachments go through as streams. Throws a
 * `BrokenFile` if it is none.
 */
export async function readEml(
  bytes: AsyncIterable<Buffer>,
  useFile: UseFile = drain,
): Promise<Session> {
  const { head, chunks, isCut } = await openEml(bytes);
  const headers = new Map<string, unknown>();
  const body: Body = { text: '', html: undefined, files: [] };
  const mail = openParser(chunks, headers);
  try {
    for await (const part of mail.parser) {
      if (part.type === 'attachment') {
        const content =
          part.content instanceof Readable ? part.content : Readable.from([]);
        await mail.within(content, () => addFile(body, part, content, useFile));
        part.release();
      } else {
        addText(body, part);
      }
    }
  } catch (error) {
    const outside = mail.failedOutside();
    if (outside !== undefined) throw outside;
    throw new BrokenFile('It can not be read as an email.', { cause: error });
  } finally {
    mail.close();
  }
  const facts = factsIn(head, headers, body.text);
  return { ...body, ...peopleIn(headers), ...facts, isCut: isCut() };
}

/** A parser at work, and what went wrong with the bytes or their use, and not with it. */
function openParser(chunks: AsyncIterable<Buffer>, headers: Map<string, unknown>) {
  const parser = createMailParser({
    ...{ skipTextToHtml: true, skipHtmlToText: true, skipImageLinks: true },
  });
  parser.on('headers', (found) => {
    for (const [name, value] of found) headers.set(name, value);
  });
  const meter = createMeter(chunks);
  const source = Readable.from(meter.chunks, { objectMode: false });
  let outside: unknown;
  let attachment: Readable | undefined;
  source.on('error', (error) => {
    outside ??= error;
    // It would wait for its end for ever.
    attachment?.destroy(error);
    parser.destroy(error);
  });
  source.pipe(parser);
  return {
    parser,
    failedOutside: () => outside,
    close: () => source.destroy(),
    /** The bytes that come meanwhile are an attachment's. */
    async within(content: Readable, use: () => Promise<void>): Promise<void> {
      attachment = content;
      meter.attachment(true);
      try {
        await use();
      } catch (error) {
        outside ??= error;
        throw error;
      }
      meter.attachment(false);
    },
  };
}

type Body = Pick<Session, 'text' | 'html' | 'files'>;

function addText(
  body: Body,
  { text, html }: { text?: string | undefined; html?: string | false | undefined },
): void {
  body.text = joined(textOf(text ?? ''), body.text);
  if (!html) return;
  body.html = html;
  if (!body.text) body.text = convert(html, { wordwrap: false });
}

async function addFile(
  body: Body,
  part: { filename?: string | undefined; contentType: string },
  content: Readable,
  useFile: UseFile,
): Promise<void> {
  const position = body.files.length;
  const file = await readFile(part, content, (from) => useFile(from, position));
  if (typeof file === 'string') body.text = joined(body.text, file);
  else body.files.push(file);
}

/** Bytes that are no attachment's are text, and kept in memory. */
function createMeter(chunks: AsyncIterable<Buffer>) {
  let bytes = 0;
  let isAttachment = false;
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      if (!isAttachment) bytes += chunk.length;
      if (bytes > mostTextBytes) {
        throw new BrokenFile(
          'Its transcript is larger than any session: split the export.',
        );
      }
      yield chunk;
    }
  }
  return {
    chunks: measured(),
    attachment: (isOne: boolean) => {
      isAttachment = isOne;
    },
  };
}

async function readFile(
  part: { filename?: string | undefined; contentType: string },
  content: Readable,
  useFile: (content: Readable) => Promise<void>,
): Promise<SessionFile | string> {
  const hash = createHash('sha256');
  let bytes = 0;
  const isText = !part.filename && isRtf(part.contentType);
  const kept: Buffer[] = [];
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      hash.update(chunk);
      bytes += chunk.length;
      if (isText && bytes < mostTextBytes) kept.push(chunk);
      yield chunk;
    }
  }
  const stream = Readable.from(measured(), { objectMode: false });
  await (isText ? drain(stream) : useFile(stream));
  if (isText) return rtfToText(Buffer.concat(kept).toString('latin1'));
  return {
    ...{ name: part.filename ?? 'file', contentType: part.contentType },
    ...{ bytes, sha256: hash.digest('hex') },
  };
}

async function drain(content: Readable): Promise<void> {
  for await (const _ of content);
}

const textOf = (text: string): string =>
  text.startsWith('{\\rtf') ? rtfToText(text) : text;

const joined = (...texts: string[]): string => texts.filter(Boolean).join('\n');

function factsIn(head: Head, headers: Map<string, unknown>, text: string) {
  const subject = headers.get('subject');
  return {
    headers: head.lines.filter((line) => !formal.test(line)),
    messageId: head.value('message-id'),
    subject: typeof subject === 'string' ? subject.trim() : '',
    at: momentOf(head, text),
  };
}

export const throwIfCut = ({ isCut }: Session): void => {
  if (isCut) throw new CutFile('It breaks off before its end.');
};
