import type { ReadEmail } from '../email/types.ts';
import { leftOutLine, type MessageBody, withLines } from './messageBody.ts';
import { fitBody, fitFiles, fitRecipients, jsonBytes, recipient } from './messageFit.ts';
import { type SourceFile, splitFiles } from './messageParts.ts';

/** Which item a message is: searched for before anything is made a second time. */
export const keyProperty =
  'String {4E7C2A51-9B0D-4F3E-A6C8-1D5F70B2E943} Name ArchiveItemKey';

/** A file of a message, as its email has it or as it was made of the email. */
export interface MessageFile {
  name: string;
  contentType: string;
  bytes: number;
  /** Its number among the email's files; absent where it was made. */
  index?: number;
  /** Only of what was made. */
  content?: Buffer;
  /** It is in the request that makes the message. */
  inline: boolean;
}

/** One message of those that an email becomes: nearly always the only one. */
export interface MessagePart {
  /** JSON: the request that makes it. */
  body: string;
  /** All of its files; those that are not in the request are added with others. */
  files: MessageFile[];
}

/** What an email becomes in a mailbox. */
export interface MessagePlan {
  /** The first carries the email's key, the others a number after it. */
  parts: MessagePart[];
  /** Why it is not the whole email: a sentence for the log. */
  partial?: string;
}

/** What of a mailbox decides how an email is put into it. */
export interface MessageTarget {
  /** The folder's name is the category. */
  folder: string;
  /** Where the whole email lies, in the container `emails`. */
  emailPath: string;
  /** Most bytes of the request. */
  maxBytes: number;
  /** Most bytes of a message with its files. */
  maxMessageBytes: number;
}

/** Graph refuses 4 MB: https://learn.microsoft.com/graph/api/user-post-messages */
export const maxRequestBytes = 3_500_000;

/** How many bytes of files an email should be read with, for a request of that size. */
export const inlineBudget = (maxBytes: number): number => Math.floor((maxBytes * 3) / 4);

/** True if one request makes all there is to make. */
export const isOneRequest = ({ parts }: MessagePlan): boolean =>
  parts.length === 1 && parts.every(({ files }) => files.every(({ inline }) => inline));

/** For the rest of the JSON, and for the lines of what is left out. */
const reserve = 4_000;
const mostLines = 200;

/**
 * An archived email as messages that are no drafts: one, or as many as its files need under the
 * mailbox's limit. A file over the limit is left out with a line in the body.
 */
export function planMessage(email: ReadEmail, target: MessageTarget): MessagePlan {
  const recipients = fitRecipients(email.to, target.maxBytes);
  const body = fitBody(email, target.maxBytes);
  const files = [
    ...recipients.files,
    ...body.files,
    ...email.attachments.map((file, index) => ({ ...file, index })),
  ];
  const { parts, leftOut } = splitFiles(
    files,
    target.maxMessageBytes - body.bytes - reserve,
  );
  const shown = leftOut.slice(0, mostLines);
  const lines = [
    ...recipients.lines,
    ...body.lines,
    ...shown.map((file) => leftOutLine(file, target.emailPath)),
    ...(leftOut.length > mostLines
      ? [`${leftOut.length - mostLines} more are not.`]
      : []),
  ];
  const first = withLines(body.content, lines);
  const used = jsonBytes(recipients.kept) + subjectBytes(email) + reserve;
  const messages = parts.map((held, i) => {
    const content = contentOf(first, email, { number: i + 1, count: parts.length });
    const room = target.maxBytes - used - jsonBytes(content.content);
    const inline = fitFiles(held, room);
    const message = {
      subject: titled(email.subject, i + 1, parts.length),
      body: content,
      from: recipient(email.from),
      sender: recipient(email.from),
      toRecipients: recipients.kept,
      internetMessageId: numbered(email.messageId, i + 1),
      isRead: true,
      categories: [target.folder],
      singleValueExtendedProperties: extendedProperties(email, i + 1),
      ...(inline.size > 0 && { attachments: [...inline.values()] }),
    };
    return {
      body: JSON.stringify(message),
      files: held.map((file) => planned(file, inline.has(file))),
    };
  });
  return {
    parts: messages,
    ...(leftOut.length > 0 && { partial: leftOutReason(leftOut.length, target) }),
  };
}

interface Numbered {
  number: number;
  count: number;
}

const titled = (subject: string, number: number, count: number): string =>
  count === 1 ? subject : `${subject} (part ${number} of ${count})`;

/** Every message has an id of its own; the first has the email's. */
const numbered = (messageId: string, number: number): string =>
  number === 1 ? messageId : messageId.replace(/(?=@|>$)/, `.part${number}`);

/** The text is in the first part; the others are for files. */
function contentOf(first: MessageBody, email: ReadEmail, { number, count }: Numbered) {
  if (count === 1) return first;
  const line = `This is part ${number} of ${count} of one message, which is larger than this mailbox takes at once.`;
  if (number === 1) return withLines(first, [line]);
  const from = email.from.name || email.from.address;
  const content = `${line} Its text is in part 1 (${from}, ${email.date.toISOString()}).`;
  return { contentType: 'text', content };
}

const leftOutReason = (count: number, { emailPath, maxMessageBytes }: MessageTarget) =>
  `The mailbox takes messages up to ${megabytes(maxMessageBytes)} MB: ${count} file(s) are left out. The whole email is in the archive, emails/${emailPath}. Raise MAX_MESSAGE_MB, or the mailbox's limit with Set-Mailbox -MaxReceiveSize 150MB, then replay it.`;

const megabytes = (bytes: number): number => Math.floor(bytes / 100_000) / 10;

/** The content of what streams from the email is not held for longer than needed. */
function planned(file: SourceFile, inline: boolean): MessageFile {
  const { name, contentType, bytes, index, content } = file;
  if (index !== undefined) return { name, contentType, bytes, index, inline };
  return { name, contentType, bytes, inline, ...(content && { content }) };
}

/** MAPI properties by tag; given at creation only: [MS-OXPROPS]. */
function extendedProperties(email: ReadEmail, number: number) {
  const date = `${email.date.toISOString().slice(0, 19)}Z`;
  return [
    // PidTagMessageFlags: read, and not unsent, which makes it no draft.
    { id: 'Integer 0x0E07', value: '1' },
    // PidTagClientSubmitTime and PidTagMessageDeliveryTime.
    { id: 'SystemTime 0x0039', value: date },
    { id: 'SystemTime 0x0E06', value: date },
    // PidTagInReplyToId and PidTagInternetReferences.
    ...(email.inReplyTo ? [{ id: 'String 0x1042', value: email.inReplyTo }] : []),
    ...(email.references ? [{ id: 'String 0x1039', value: email.references }] : []),
    { id: keyProperty, value: number === 1 ? email.key : `${email.key}/${number}` },
  ];
}

const subjectBytes = (email: ReadEmail): number =>
  jsonBytes([email.subject, email.from, email.from, email.references ?? '']);
