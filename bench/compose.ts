import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { ArchiveItem } from '../shared/archive/state/item.ts';
import { composeEmail } from '../shared/email/compose.ts';
import type { Measure } from './measure.ts';

const origin = { connector: 'webex', source: 'webex' };
const batch = 400;
const rounds = 15;

/**
 * Emails composed per second on one core, as a ratio to nodemailer alone on the same items: the
 * same texts, headers and recipients, put into a message as they are.
 */
export async function benchCompose(): Promise<Measure[]> {
  const items = Array.from({ length: batch }, (_, i) => sampleItem(i));
  const ours = (item: ArchiveItem) => composeEmail(item, origin, noFile);
  await emailsPerSecond(items, ours);
  await emailsPerSecond(items, nodemailerAlone);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // The one right after the other, so that what else the machine does hits both.
    const alone = await emailsPerSecond(items, nodemailerAlone);
    const composed = await emailsPerSecond(items, ours);
    ratios.push(composed / alone);
  }
  return [
    {
      name: 'emails composed, as a ratio to nodemailer alone',
      value: median(ratios),
      unit: 'ratio',
      target: '≥ 0.5',
    },
  ];
}

async function emailsPerSecond(
  items: ArchiveItem[],
  compose: (item: ArchiveItem) => Readable,
): Promise<number> {
  const start = performance.now();
  for (const item of items) await drain(compose(item));
  return (items.length * 1000) / (performance.now() - start);
}

function drain(email: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    email.on('data', () => {});
    email.once('end', resolve);
    email.once('error', reject);
  });
}

function nodemailerAlone(item: ArchiveItem): Readable {
  const address = ({ name = '', address = '' }) => ({ name, address });
  const composer = new MailComposer({
    newline: 'windows',
    from: address(item.author),
    to: item.participants.filter(({ id }) => id !== item.author.id).map(address),
    date: item.at,
    subject: item.conversation.name,
    messageId: `<${item.key}@webex.invalid>`,
    references: item.parentKey ? `<${item.parentKey}@webex.invalid>` : undefined,
    headers: {
      'X-Archive-Connector': origin.connector,
      'X-Archive-Source': origin.source,
      'X-Archive-Item-Id': item.itemId,
      'X-Archive-Item-Key': item.key,
      'X-Archive-Conversation': item.conversation.id,
      'X-Archive-Event': item.event,
    },
    text: item.text,
    html: item.html,
  });
  return composer.compile().createReadStream();
}

function noFile(): Promise<never> {
  return Promise.reject(new Error('These items have no files.'));
}

/** What a space is made of: short messages, some with formatting, some answers, some edits. */
function sampleItem(i: number): ArchiveItem {
  const participants = Array.from({ length: 2 + (i % 12) }, (_, n) => ({
    id: `person${n}`,
    name: n % 3 === 0 ? `Zoë Ångström ${n}` : `Grace Hopper ${n}`,
    address: `person${n}@example.com`,
  }));
  const text = `Message ${i}: ${'the quick brown fox jumps over the lazy dog, naïvely. '.repeat(1 + (i % 10))}`;
  return {
    key: Buffer.from(`item ${i}`).toString('hex').padEnd(64, '0'),
    itemId: Buffer.from(`ciscospark://us/MESSAGE/${i}-0000-1111-2222`).toString(
      'base64url',
    ),
    event: 'created',
    at: new Date(Date.UTC(2026, 10, 20, 10, 0, i)),
    conversation: { id: `room${i % 7}`, name: `Projekt Größe ${i % 7} – planning` },
    author: participants[0] ?? { id: 'person0' },
    participants,
    text,
    ...(i % 3 === 0
      ? { html: `<p>${text}</p><ul><li><strong>one</strong></li><li>two</li></ul>` }
      : {}),
    files: [],
    missing: [],
    ...(i % 4 === 0 ? { parentKey: 'b'.repeat(64) } : {}),
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
