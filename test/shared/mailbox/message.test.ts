import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ReadEmail } from '../../../shared/email/types.ts';
import {
  keyProperty,
  maxRequestBytes,
  planMessage,
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
  maxMessageBytes: 8_000_000,
};

const messageSchema = z.looseObject({
  subject: z.string(),
  internetMessageId: z.string(),
  singleValueExtendedProperties: z.array(z.object({ id: z.string(), value: z.string() })),
  body: z.object({ contentType: z.string(), content: z.string() }),
  toRecipients: z.array(z.unknown()),
  attachments: z
    .array(z.object({ name: z.string(), contentBytes: z.string() }))
    .optional(),
});

function build(changes: Partial<ReadEmail>) {
  const plan = planMessage({ ...email, ...changes }, target);
  const messages = plan.parts.map(({ body }) => {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(maxRequestBytes);
    return messageSchema.parse(JSON.parse(body));
  });
  const [message] = messages;
  if (!message) throw new Error('There is no message.');
  return { ...plan, messages, message };
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
    const { message, parts, partial } = build({ attachments: files });

    expect(message.attachments?.map(({ name }) => name)).toEqual(['1', '2']);
    const inline = parts[0]?.files.map((file) => file.inline);
    expect(inline).toEqual([true, true, false, false]);
    expect(partial).toBeUndefined();
  });

  it('becomes several where the mailbox takes no message so large', () => {
    const files = [3e6, 4e6, 5e6, 9e6, 2e6].map((bytes, i) => ({
      ...{ name: `${i}`, contentType: 'x/y', bytes, sha256: '' },
    }));
    const { messages, parts, partial } = build({ attachments: files });

    const names = parts.map((part) => part.files.map(({ name }) => name));
    expect(names).toEqual([
      ['0', '1'],
      ['2', '4'],
    ]);
    expect(messages.map(({ subject }) => subject)).toEqual([
      'Project X (part 1 of 2)',
      'Project X (part 2 of 2)',
    ]);
    const keys = messages.map(({ singleValueExtendedProperties: all }) =>
      all.filter(({ id }) => id === keyProperty).map(({ value }) => value),
    );
    expect(keys).toEqual([['k'], ['k/2']]);
    const ids = messages.map(({ internetMessageId }) => internetMessageId);
    expect(ids).toEqual(['<1@a>', '<1.part2@a>']);
    expect(messages[0]?.body.content).toContain('File not included: 3');
    expect(messages[1]?.body.content).not.toContain('Hello');
    expect(partial).toContain('1 file(s) are left out');
  });

  it('turns a text that is too long for a request into a file', () => {
    const { message, parts, partial } = build({ text: '"\u{1F600}\n'.repeat(900_000) });

    expect(message.body.content).toContain('all of it is in message.txt');
    expect(parts[0]?.files).toMatchObject([{ name: 'message.txt', inline: false }]);
    expect(partial).toBeUndefined();
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
