import { addAbortSignal, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type {
  AttachmentStream,
  MailParser,
  MailParserOptions,
  MessageText,
} from 'mailparser';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { createMailParser } from './mailParser.ts';
import { createHeaderReader } from './readHeaders.ts';
import type { EmailAttachment, ReadEmailStream, TakeFile } from './types.ts';

/**
 * Reads an email that `composeEmail` made. Line breaks come back as `\n`; the HTML is otherwise
 * as it was composed. Anything else than such an email is refused with a sentence.
 */
export const readEmail: ReadEmailStream = async (email, inlineBudget, take) => {
  const parser = createParser();
  const headers = createHeaderReader(parser);
  const attachments: EmailAttachment[] = [];
  let body: MessageText | undefined;
  let budget = inlineBudget;
  const over = new AbortController();
  // The parser does not end an attachment's stream when the email breaks off.
  parser.once('close', () => over.abort());

  async function collect(parts: AsyncIterable<Part>) {
    for await (const part of parts) {
      if (part.type === 'text') {
        body = part;
      } else {
        const content = addAbortSignal(over.signal, readable(part.content));
        if (take) await passOn(content, attachments.length, take);
        const attachment = await readAttachment(part, content, budget);
        budget -= attachment.content?.length ?? 0;
        attachments.push(attachment);
      }
    }
  }

  try {
    await pipeline(email, parser, collect);
    const html = typeof body?.html === 'string' ? { html: body.html } : {};
    return { ...headers.read(), text: body?.text ?? '', ...html, attachments };
  } catch (error) {
    const message = `The archived email can't be read: ${messageOf(error)}`;
    throw new Error(message, { cause: error });
  }
};

type Part = AttachmentStream | MessageText;

async function readAttachment(
  part: AttachmentStream,
  content: Readable,
  budget: number,
): Promise<EmailAttachment> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (!content.readableEnded) {
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes <= budget) chunks.push(chunk);
      else chunks.length = 0;
    }
  }
  part.release();
  return {
    ...declared(part),
    bytes,
    sha256: part.checksum,
    ...(bytes <= budget ? { content: Buffer.concat(chunks, bytes) } : {}),
  };
}

/** What `take` leaves is read all the same; without that the parser would wait for ever. */
async function passOn(content: Readable, index: number, take: TakeFile): Promise<void> {
  await take(index, content.iterator({ destroyOnReturn: false }));
}

function readable(content: unknown): Readable {
  if (content instanceof Readable) return content;
  throw new Error('An attachment has no content.');
}

/**
 * The name and type as the header has them: the parser guesses another type from the name, and
 * drops spaces where `filename` is split over sections (RFC 2231).
 */
function declared(part: AttachmentStream): { name: string; contentType: string } {
  const header = part.headers.get('content-type');
  const { value, params } = contentTypeSchema.parse(header);
  return {
    name: params.name ?? part.filename ?? 'file',
    contentType: value || part.contentType,
  };
}

const contentTypeSchema = z
  .object({ value: z.string(), params: z.object({ name: z.string().optional() }) })
  .catch({ value: '', params: {} });

/** The splitter's own limits are for mail from strangers: 1 MB of headers, 1,000 parts. */
interface SplitterOptions {
  maxHeadSize: number;
  maxChildNodes: number;
}

function createParser(): MailParser {
  const options: MailParserOptions & SplitterOptions = {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    checksumAlgo: 'sha256',
    maxHeadSize: 32 * 1024 * 1024,
    maxChildNodes: 100_000,
  };
  return createMailParser(options);
}
