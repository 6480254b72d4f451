import type { Readable } from 'node:stream';
import type { ArchiveItem, StoredFile } from '../archive/state/item.ts';

/** What the headers say beside the item itself. */
export interface EmailOrigin {
  /** The connector's name, `X-Archive-Connector`. */
  connector: string;
  /** The connector's type, `X-Archive-Source`. */
  source: string;
}

/** Opens a downloaded file. */
export type OpenFile = (file: StoredFile) => Promise<Readable>;

/** `shared/email/compose.ts`: the whole RFC 5322 message as a stream of bytes, CRLF throughout. */
export type ComposeEmail = (
  item: ArchiveItem,
  origin: EmailOrigin,
  openFile: OpenFile,
) => Readable;

/** A person as in an email's headers. */
export interface Mailbox {
  name: string;
  address: string;
}

/** A file of an email. */
export interface EmailAttachment {
  name: string;
  contentType: string;
  bytes: number;
  sha256: string;
  /** The content, where it fitted into what was left of the budget. */
  content?: Buffer;
}

/** An archived email, read back: what Graph needs to make the message. */
export interface ReadEmail {
  messageId: string;
  inReplyTo?: string;
  /** Space-separated message ids, each in angle brackets. */
  references?: string;
  date: Date;
  subject: string;
  from: Mailbox;
  to: Mailbox[];
  text: string;
  html?: string;
  key: string;
  attachments: EmailAttachment[];
}

/** Gets the content of the email's file of that number, counted from 0, while it is read. */
export type TakeFile = (index: number, content: AsyncIterable<Buffer>) => Promise<void>;

/**
 * `shared/email/read.ts`: reads a composed email as a stream. Attachments keep their content as
 * long as the sum of contents stays under `inlineBudget` bytes; others are only measured. Where
 * there is a `take`, it gets each content instead, and the reading waits for it.
 */
export type ReadEmailStream = (
  email: Readable,
  inlineBudget: number,
  take?: TakeFile,
) => Promise<ReadEmail>;
