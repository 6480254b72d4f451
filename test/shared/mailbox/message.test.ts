import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ReadEmail } from '../../../shared/email/types.ts';
import {
  buildMessage,
  keyProperty,
  maxRequestBytes,
} from '../../../shared/mailbox/message.ts';

const email: ReadEmail = {
  ...{ messageId: '<1@a>', inReplyTo: '<0@a>', references: '<r@a> <0@a>', key: 'k' },
  ...{ date: new Date('2026-11-19T09:30:00Z'), subject: 'Project X', text: 'Hello' },
  from: { name: 'Bob', address: 'bob@contoso.com' },
  to: [{ name: 'Ada', address: 'ada@contoso.com' }],
  attachments: [],
};
const target = {
  ...{ folder: 'Webex Teams', emailPath: 'webex/aa/k.eml', maxBytes: maxRequestBytes },
};

const messageSchema = z.looseObject({
  body: z.object({ contentType: z.string(), content: z.string() }),
  toRecipients: z.array(z.unknown()),
  attachments: z
    .array(z.object({ name: z.string(), contentBytes: z.string() }))
    .optional(),
});

function build(changes: Partial<ReadEmail>) {
  const built = buildMessage({ ...email, ...changes }, target);
  expect(Buffer.byteLength(built.body)).toBeLessThanOrEqual(maxRequestBytes);
  return { ...built, message: messageSchema.parse(JSON.parse(built.body)) };
}

describe('a message', () => {
  it('is made as the fact sheet says, and of nothing else', () => {
    const bob = { emailAddress: { name: 'Bob', address: 'bob@contoso.com' } };
    expect(build({}).message).toEqual({
      subject: 'Project X',
      body: { contentType: 'text', content: 'Hello' },
      ...{ from: bob, sender: bob },
      toRecipients: [{ emailAddress: { name: 'Ada', address: 'ada@contoso.com' } }],
      internetMessageId: '<1@a>',
      isRead: true,
      categories: ['Webex Teams'],
      singleValueExtendedProperties: [
        { id: 'Integer 0x0E07', value: '1' },
        { id: 'SystemTime 0x0039', value: '2026-11-19T09:30:00Z' },
        { id: 'SystemTime 0x0E06', value: '2026-11-19T09:30:00Z' },
        { id: 'String 0x1042', value: '<0@a>' },
        { id: 'String 0x1039', value: '<r@a> <0@a>' },
        { id: keyProperty, value: 'k' },
      ],
    });
  });

  it('shows HTML where there is some, with its lines inside', () => {
    const file = { name: 'a&b.bin', contentType: 'x/y', bytes: 9e6, sha256: 'ff' };
    const html = '<html><body><p>Hello</p></body></html>';
    const { message, partial } = build({ html, attachments: [file] });

    expect(message.body.contentType).toBe('html');
    expect(message.body.content).toMatch(/a&amp;b\.bin .*<\/p>\n<\/body><\/html>$/);
    expect(partial).toContain('1 file(s) are left out');
  });

  it('holds as many files as fit', () => {
    const content = Buffer.alloc(1_000_000);
    const files = ['1', '2', '3', '4'].map((name) => ({
      ...{ name, contentType: 'x/y', bytes: content.byteLength, sha256: '', content },
    }));
    const { message } = build({ attachments: files });

    expect(message.attachments?.map(({ name }) => name)).toEqual(['1', '2']);
    expect(message.body.content).toContain('File not included: 3');
  });

  it('cuts a text that is too long for a request, and says so', () => {
    const { message, partial } = build({ text: '"\u{1F600}\n'.repeat(900_000) });

    expect(message.body.content).toContain('goes on in the archived email');
    expect(partial).toContain('its text is cut');
  });

  it('turns a list of recipients that is too long into a file', () => {
    const to = Array.from({ length: 20_000 }, (_, i) => ({
      ...{ name: `Person number ${i}`, address: `person-${i}@contoso.com` },
    }));
    const { message, partial } = build({ to });

    const [file] = message.attachments ?? [];
    expect(file?.name).toBe('recipients.txt');
    const listed = Buffer.from(file?.contentBytes ?? '', 'base64').toString();
    expect(listed.trim().split('\n')).toHaveLength(20_000);
    expect(message.body.content).toContain('Sent to 20000 people');
    expect(partial).toBeUndefined();
  });
});
