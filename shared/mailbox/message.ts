import type { EmailAttachment, Mailbox, ReadEmail } from '../email/types.ts';
import { leftOutLine, withLines } from './messageBody.ts';

/** Which item a message is: searched for before anything is made a second time. */
export const keyProperty =
  'String {4E7C2A51-9B0D-4F3E-A6C8-1D5F70B2E943} Name ArchiveItemKey';

/** A message, ready to be made with one request. */
export interface NewMessage {
  /** The request's body: JSON. */
  body: string;
  /** Why it is not the whole email: a sentence for the log. */
  partial?: string;
}

export interface MessageTarget {
  /** The folder's name is the category. */
  folder: string;
  /** Where the whole email lies, in the container `emails`. */
  emailPath: string;
  /** Most bytes of the request. */
  maxBytes: number;
}

/** Graph refuses 4 MB: https://learn.microsoft.com/graph/api/user-post-messages */
export const maxRequestBytes = 3_500_000;

/** How many bytes of files an email should be read with, for a request of that size. */
export const inlineBudget = (maxBytes: number): number => Math.floor((maxBytes * 3) / 4);

/** Shares of the request that recipients and body may take; files get what is left. */
const recipientShare = 0.25;
const bodyShare = 0.7;

/** For the rest of the JSON, and for the lines of what is left out. */
const reserve = 4_000;
const lineBytes = 1_500;

/**
 * An archived email as the JSON of a message that is not a draft. What does not fit into the
 * request is left out with a line in the body.
 */
export function buildMessage(email: ReadEmail, target: MessageTarget): NewMessage {
  const recipients = fitRecipients(email.to, target);
  const body = fitBody(email, target);
  const files = [...recipients.files, ...email.attachments];
  const room =
    target.maxBytes - jsonBytes(recipients.kept) - body.bytes - subjectBytes(email);
  const { kept, leftOut } = fitFiles(files, room - reserve);
  const lines = [
    ...recipients.lines,
    ...body.lines,
    ...leftOut.map((file) => leftOutLine(file, target.emailPath)),
  ];
  const message = {
    subject: email.subject,
    body: withLines(body.content, lines),
    from: recipient(email.from),
    sender: recipient(email.from),
    toRecipients: recipients.kept,
    internetMessageId: email.messageId,
    isRead: true,
    categories: [target.folder],
    singleValueExtendedProperties: extendedProperties(email),
    ...(kept.length > 0 && { attachments: kept }),
  };
  const missing = [
    ...(body.cut ? ['its text is cut'] : []),
    ...(leftOut.length > 0 ? [`${leftOut.length} file(s) are left out`] : []),
  ];
  return {
    body: JSON.stringify(message),
    ...(missing.length > 0 && {
      partial: `The message is too large for one request to Microsoft Graph: ${missing.join(', and ')}. The whole email is in the archive, emails/${target.emailPath}.`,
    }),
  };
}

/** MAPI properties by tag; given at creation only: [MS-OXPROPS]. */
function extendedProperties(email: ReadEmail) {
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
    { id: keyProperty, value: email.key },
  ];
}

const recipient = ({ name, address }: Mailbox) => ({ emailAddress: { name, address } });

/** A list that is too long becomes a file, so that nobody is lost. */
function fitRecipients(to: Mailbox[], { maxBytes }: MessageTarget) {
  const all = to.map(recipient);
  const room = maxBytes * recipientShare;
  if (jsonBytes(all) <= room) return { kept: all, files: [], lines: [] };
  let used = 0;
  const kept = all.filter((one) => {
    used += jsonBytes(one) + 1;
    return used <= room;
  });
  const content = Buffer.from(
    to.map(({ name, address }) => `${name} <${address}>\n`).join(''),
  );
  return {
    kept,
    files: [textFile('recipients.txt', content)],
    lines: [
      `Sent to ${to.length} people, of whom ${kept.length} are shown; all are in recipients.txt.`,
    ],
  };
}

const textFile = (name: string, content: Buffer): EmailAttachment => ({
  ...{ name, contentType: 'text/plain; charset=utf-8', content },
  bytes: content.byteLength,
  sha256: '',
});

function fitBody({ html, text }: ReadEmail, { maxBytes, emailPath }: MessageTarget) {
  const room = maxBytes * bodyShare;
  const whole = html
    ? { contentType: 'html', content: html }
    : { contentType: 'text', content: text };
  const bytes = jsonBytes(whole.content);
  if (bytes <= room) return { content: whole, bytes, lines: [], cut: false };
  const content = { contentType: 'text', content: cut(text, room) };
  const lines = [`The text goes on in the archived email, emails/${emailPath}.`];
  return { content, bytes: jsonBytes(content.content), lines, cut: true };
}

/** The beginning of a text that takes so many bytes as JSON, at most. */
function cut(text: string, room: number): string {
  let short = text;
  while (jsonBytes(short) > room) {
    const share = Math.min(0.95, room / jsonBytes(short));
    short = short.slice(0, Math.floor(short.length * share));
  }
  return short.toWellFormed();
}

function fitFiles(files: EmailAttachment[], room: number) {
  let left = room - files.length * lineBytes;
  const kept: object[] = [];
  const leftOut: EmailAttachment[] = [];
  for (const file of files) {
    const bytes = Math.ceil(file.bytes / 3) * 4 + jsonBytes(file.name) + 300;
    if (!file.content || bytes > left) {
      leftOut.push(file);
    } else {
      left -= bytes;
      kept.push({
        '@odata.type': '#microsoft.graph.fileAttachment',
        name: file.name,
        contentType: file.contentType,
        contentBytes: file.content.toString('base64'),
      });
    }
  }
  return { kept, leftOut };
}

const subjectBytes = (email: ReadEmail): number =>
  jsonBytes([email.subject, email.from, email.from, email.references ?? '']);

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
