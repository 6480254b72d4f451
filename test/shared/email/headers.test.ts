import { expect, test } from 'vitest';
import {
  conversationRootId,
  messageIdOf,
  subjectOf,
  threading,
} from '../../../shared/email/headers.ts';
import { anItem, compose, rawHeaders } from './compositions.ts';

const parent = 'b2'.repeat(32);
const changed = 'c3'.repeat(32);

test('the subject is the name of the conversation', () => {
  expect(subjectOf({ id: 'c', name: 'Größe\r\nBcc: x\u202e' })).toBe('Größe Bcc: x');
});

test('a long subject is cut without breaking a character', () => {
  const subject = subjectOf({ id: 'c', name: `x${'😀'.repeat(5000)}` });

  expect(subject.length).toBeLessThanOrEqual(250);
  expect(subject).toMatch(/^x(?:😀)+…$/u);
});

test('conversations without a name are told apart', () => {
  const [one, two] = ['1', '2'].map((id) => subjectOf({ id, name: ' ' }));

  expect(one).toMatch(/^Conversation [\da-f]{8}$/);
  expect(two).not.toBe(one);
});

test('references lead from the conversation over the parent to what is changed', () => {
  const root = conversationRootId('webex', 'room-1');

  expect(threading(anItem(), 'webex')).toEqual({
    references: [root],
    inReplyTo: undefined,
  });
  expect(threading(anItem({ parentKey: parent, changesKey: changed }), 'webex')).toEqual({
    references: [root, messageIdOf(parent, 'webex'), messageIdOf(changed, 'webex')],
    inReplyTo: messageIdOf(parent, 'webex'),
  });
  expect(threading(anItem({ changesKey: changed }), 'webex').inReplyTo).toBe(
    messageIdOf(changed, 'webex'),
  );
});

test('conversations of two sources have nothing in common', () => {
  expect(conversationRootId('webex', 'x')).not.toBe(conversationRootId('zoom', 'x'));
});

test('the archive headers carry the item', async () => {
  const headers = Object.fromEntries(rawHeaders(await compose(anItem())));

  expect(headers).toMatchObject({
    'X-Archive-Connector': 'webex-eu',
    'X-Archive-Source': 'webex',
    'X-Archive-Item-Id': 'message-1',
    'X-Archive-Item-Key': 'a1'.repeat(32),
    'X-Archive-Conversation': 'room-1',
    'X-Archive-Event': 'created',
    Date: 'Fri, 20 Nov 2026 10:00:00 +0000',
    'Message-ID': `<${'a1'.repeat(32)}@webex.archive.invalid>`,
  });
});

test('a header value that fits no line is replaced by its hash', async () => {
  const item = anItem({ itemId: 'x'.repeat(2000) });
  const headers = Object.fromEntries(rawHeaders(await compose(item)));

  expect(headers['X-Archive-Item-Id']).toMatch(/^sha256:[\da-f]{64}$/);
});
