import type { EmailAttachment, Mailbox, ReadEmail } from '../email/types.ts';
import { inlineFile } from './attachments.ts';
import type { SourceFile } from './messageParts.ts';

/** Shares of the request that recipients and body may take; files get what is left. */
const recipientShare = 0.25;
const bodyShare = 0.6;

/** Bytes of a value as JSON, in UTF-8. */
export const jsonBytes = (value: unknown): number =>
  Buffer.byteLength(JSON.stringify(value));

/** A person as Graph has them. */
export const recipient = ({ name, address }: Mailbox) => ({
  emailAddress: { name, address },
});

/** A list that is too long becomes a file, so that nobody is lost. */
export function fitRecipients(to: Mailbox[], maxBytes: number) {
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
  ...{
    name,
    content,
    contentType: `text/${name.endsWith('html') ? 'html' : 'plain'}; charset=utf-8`,
  },
  bytes: content.byteLength,
  sha256: '',
});

/** A text that is too long becomes a file too, and the message shows how it begins. */
export function fitBody({ html, text }: ReadEmail, maxBytes: number) {
  const room = maxBytes * bodyShare;
  const whole = html
    ? { contentType: 'html', content: html }
    : { contentType: 'text', content: text };
  const bytes = jsonBytes(whole.content);
  if (bytes <= room) return { content: whole, bytes, lines: [], files: [] };
  const content = { contentType: 'text', content: cut(text, room) };
  const name = html ? 'message.html' : 'message.txt';
  return {
    content,
    bytes: jsonBytes(content.content),
    lines: [`The text is longer than a message takes; all of it is in ${name}.`],
    files: [textFile(name, Buffer.from(whole.content))],
  };
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

/** Those that fit into the request, as it has them. */
export function fitFiles(files: SourceFile[], room: number): Map<SourceFile, object> {
  let left = room;
  const kept = new Map<SourceFile, object>();
  for (const file of files) {
    const bytes = Math.ceil(file.bytes / 3) * 4 + jsonBytes(file.name) + 300;
    if (!file.content || bytes > left) continue;
    left -= bytes;
    kept.set(file, inlineFile(file, file.content));
  }
  return kept;
}
