import { domainToASCII } from 'node:url';
import type { HeaderLines, Headers, MailParser } from 'mailparser';
import { z } from 'zod';
import type { Mailbox, ReadEmail } from './types.ts';

type EmailHeaders = Omit<ReadEmail, 'text' | 'html' | 'attachments'>;

const mailboxes = z
  .object({
    value: z.array(z.object({ name: z.string(), address: z.string().includes('@') })),
  })
  .transform(({ value }) => value.map(asComposed));

const headersSchema = z.object({
  'message-id': z.string(),
  'in-reply-to': z.string().optional(),
  references: z.union([z.string(), z.array(z.string())]).optional(),
  date: z.string().transform((value, context) => {
    const date = new Date(value);
    if (Number.isNaN(date.getTime())) context.addIssue('not a date');
    return date;
  }),
  subject: z.string(),
  from: mailboxes,
  to: mailboxes.default([]),
  'x-archive-item-key': z.string(),
});

/** Takes the headers of the email as the parser comes upon them. */
export function createHeaderReader(parser: MailParser): { read(): EmailHeaders } {
  let parsed: Headers = new Map();
  let lines: HeaderLines = [];
  parser.on('headers', (headers) => {
    parsed = headers;
  });
  parser.on('headerLines', (headerLines: HeaderLines) => {
    lines = headerLines;
  });
  return {
    read() {
      // For a date that it can't read the parser gives the current time.
      const date = lines.find(({ key }) => key === 'date')?.line.replace(/^date:/i, '');
      return emailHeaders({ ...Object.fromEntries(parsed), date });
    },
  };
}

function emailHeaders(headers: unknown): EmailHeaders {
  const { data, error } = headersSchema.safeParse(headers);
  if (error) {
    const names = new Set(error.issues.map(({ path }) => String(path[0])));
    throw new Error(`Its headers are not an archived email's: ${[...names].join(', ')}.`);
  }
  const from = data.from[0];
  if (!from) throw new Error('It has no sender.');
  return {
    messageId: data['message-id'],
    ...(data['in-reply-to'] ? { inReplyTo: data['in-reply-to'] } : {}),
    ...(data.references ? { references: [data.references].flat().join(' ') } : {}),
    date: data.date,
    subject: data.subject,
    from,
    to: data.to,
    key: data['x-archive-item-key'],
  };
}

/** The parser shows domains in Unicode; the email, and Exchange, have them in ASCII. */
function asComposed({ name, address }: Mailbox): Mailbox {
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  const ascii = /^\p{ASCII}*$/u.test(domain) ? domain : domainToASCII(domain);
  return { name, address: address.slice(0, at) + ascii };
}
