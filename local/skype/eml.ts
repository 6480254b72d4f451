export interface SessionPerson {
  name?: string;
  /** With `sip:` or without it. */
  address: string;
}

export interface SessionFile {
  name: string;
  content: string | Buffer;
  contentType?: string;
}

/** One session of Lync's archive: an instant message to and fro, or a conference. */
export interface SampleSession {
  from?: SessionPerson;
  to: SessionPerson[];
  at?: Date;
  subject?: string;
  messageId?: string;
  /** The transcript. */
  text: string;
  files?: SessionFile[];
  headers?: string[];
}

export interface EmlLayout {
  body?: 'text/plain' | 'text/html' | 'text/rtf';
  charset?: 'utf-8' | 'windows-1252';
  transfer?: 'base64' | '8bit';
  encoding?: 'utf-8' | 'utf-8 with a mark' | 'utf-16le';
  newline?: '\n' | '\r\n';
  /** Everybody in one line, rather than a line for each. */
  isToOneLine?: boolean;
  /** A message without parts. */
  isSinglePart?: boolean;
}

/** What the cmdlet calls it. */
const boundary = 'MIME_Boundary';

/**
 * An EML as Export-CsArchivingData writes it: a `To` line for each person, and the transcript as
 * a base64 part; with the uploads of a conference as further parts.
 *
 * https://learn.microsoft.com/powershell/module/skype/export-csarchivingdata
 */
export function eml(session: SampleSession, layout: EmlLayout = {}): Buffer {
  const { newline = '\r\n', encoding = 'utf-8' } = layout;
  const { at, subject, messageId, headers = [] } = session;
  const parts = [textPart(session.text, layout), ...(session.files ?? []).map(filePart)];
  const lines = [
    ...(session.from ? [`From: ${addressOf(session.from)}`] : []),
    ...toLines(session.to, layout),
    ...(subject === undefined ? [] : [`Subject: ${encodedWord(subject)}`]),
    ...(at ? [`Date: ${at.toUTCString().replace('GMT', '+0000')}`] : []),
    ...(messageId ? [`Message-ID: <${messageId}>`] : []),
    ...headers,
    'MIME-Version: 1.0',
    ...(layout.isSinglePart ? (parts[0] ?? []) : multipart(parts)),
    '',
  ];
  const text = lines.join(newline);
  if (encoding === 'utf-16le') return Buffer.from(`\ufeff${text}`, 'utf16le');
  return Buffer.from(encoding === 'utf-8' ? text : `\ufeff${text}`);
}

const multipart = (parts: string[][]): string[] => [
  `Content-Type: multipart/mixed; boundary="${boundary}"`,
  '',
  'This is a multi-part message in MIME format.',
  '',
  ...parts.flatMap((part) => [`--${boundary}`, ...part, '']),
  `--${boundary}--`,
];

function toLines(people: SessionPerson[], { isToOneLine }: EmlLayout): string[] {
  const addresses = people.map(addressOf);
  return isToOneLine
    ? [`To: ${addresses.join(', ')}`]
    : addresses.map((address) => `To: ${address}`);
}

const addressOf = ({ name, address }: SessionPerson): string =>
  name === undefined ? address : `${encodedWord(name)} <${address}>`;

/** Whatever is not plain is encoded, so that it can't break out of its line. */
const encodedWord = (text: string): string =>
  /^[\w ]*$/.test(text)
    ? text
    : `=?utf-8?B?${Buffer.from(text.toWellFormed()).toString('base64')}?=`;

function textPart(text: string, layout: EmlLayout): string[] {
  const { body = 'text/plain', charset = 'utf-8', transfer = 'base64' } = layout;
  const content =
    body === 'text/html' ? htmlOf(text) : body === 'text/rtf' ? rtfOf(text) : text;
  const bytes = Buffer.from(content, charset === 'utf-8' ? 'utf8' : 'latin1');
  return [
    `Content-Type: ${body}; charset=${charset}`,
    `Content-Transfer-Encoding: ${transfer}`,
    '',
    transfer === 'base64' ? wrapped(bytes) : bytes.toString('utf8'),
  ];
}

const filePart = ({ name, content, contentType }: SessionFile): string[] => [
  `Content-Type: ${contentType ?? 'application/octet-stream'}; name="${encodedWord(name)}"`,
  `Content-Disposition: attachment; filename="${encodedWord(name)}"`,
  'Content-Transfer-Encoding: base64',
  '',
  wrapped(Buffer.from(content)),
];

const wrapped = (bytes: Buffer): string =>
  bytes.toString('base64').replace(/.{76}/g, '$&\r\n');

const htmlOf = (text: string): string =>
  `<html><body>${text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .split('\n')
    .map((line) => `<p>${line}</p>`)
    .join('')}</body></html>`;

const rtfOf = (text: string): string =>
  `{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Segoe UI;}}\\f0 ${text
    .replace(/[\\{}]/g, '\\$&')
    .replace(/[^\n\x20-\x7e]/g, (one) => `\\u${one.charCodeAt(0)}?`)
    .replaceAll('\n', '\\par ')}}`;
