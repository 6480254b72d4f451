import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { convert } from 'html-to-text';
import { MailParser } from 'mailparser';
import { z } from 'zod';
import type { Person } from '../../archive/state/item.ts';
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

const mailboxSchema: z.ZodType<Mailbox> = z.lazy(() =>
  z.object({
    address: z.string().optional(),
    name: z.string().optional(),
    group: z.array(mailboxSchema).optional(),
  }),
);
interface Mailbox {
  address?: string | undefined;
  name?: string | undefined;
  group?: Mailbox[] | undefined;
}
const addressesSchema = z.object({ value: z.array(mailboxSchema) });
const addressHeaders = ['from', 'sender', 'to', 'cc', 'bcc'] as const;
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
  const parser = new MailParser({
    ...{ skipTextToHtml: true, skipHtmlToText: true, skipImageLinks: true },
  });
  const headers = new Map<string, unknown>();
  parser.on('headers', (found) => {
    for (const [name, value] of found) headers.set(name, value);
  });
  const meter = createMeter(chunks);
  const source = Readable.from(meter.chunks, { objectMode: false });
  /** What went wrong with the bytes, or with whoever uses them, and not with the parser. */
  let outside: unknown;
  let attachment: Readable | undefined;
  source.on('error', (error) => {
    outside ??= error;
    // It would wait for its end for ever.
    attachment?.destroy(error);
    parser.destroy(error);
  });
  source.pipe(parser);

  const body: Body = { text: '', html: undefined, files: [] };
  const use = (content: Readable) =>
    useFile(content, body.files.length).catch((error: unknown) => {
      outside ??= error;
      throw error;
    });
  try {
    for await (const part of parser) {
      if (part.type === 'attachment') {
        const content =
          part.content instanceof Readable ? part.content : Readable.from([]);
        attachment = content;
        meter.attachment(true);
        await addFile(body, part, content, use);
        meter.attachment(false);
        part.release();
      } else {
        addText(body, part);
      }
    }
  } catch (error) {
    if (outside !== undefined) throw outside;
    throw new BrokenFile('It can not be read as an email.', { cause: error });
  } finally {
    source.destroy();
  }
  const facts = factsIn(head, headers, body.text);
  return { ...body, ...peopleIn(headers), ...facts, isCut: isCut() };
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
  useFile: (content: Readable) => Promise<void>,
): Promise<void> {
  const file = await readFile(part, content, useFile);
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

function peopleIn(headers: Map<string, unknown>) {
  const people = new Map<string, Person>();
  let author: Person | undefined;
  for (const name of addressHeaders) {
    for (const person of mailboxesIn(headers.get(name)).flatMap(personOf)) {
      const known = people.get(person.id);
      people.set(person.id, { ...person, ...known });
      if (name === 'from') author ??= people.get(person.id);
    }
  }
  return { author, people: [...people.values()] };
}

function mailboxesIn(header: unknown): Mailbox[] {
  const headers = Array.isArray(header) ? header : [header];
  return headers
    .flatMap((one) => addressesSchema.safeParse(one).data?.value ?? [])
    .flatMap((mailbox) => mailbox.group ?? [mailbox]);
}

/** Who has no address goes by the name: a guest, a telephone. */
function personOf({ address, name }: Mailbox): Person[] {
  const own = address?.trim();
  const id = own?.toLowerCase() || name?.trim();
  if (!id) return [];
  return [{ id, ...(name && { name }), ...(own && { address: own }) }];
}

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
