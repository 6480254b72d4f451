import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { startAzurite } from '../local/azurite.ts';
import {
  type Gateway,
  startGateway,
  storageOrigins,
  throughOrigins,
} from '../local/chaos/gateway.ts';
import { startSimulatedGraph } from '../local/graph/simulatedGraph.ts';
import { addUser, createTenant } from '../local/graph/tenant.ts';
import { createImporter } from '../shared/archive/import/importOrders.ts';
import { recordOrder } from '../shared/archive/import/recordOrder.ts';
import type { ArchiveItem } from '../shared/archive/state/item.ts';
import type { ImportOrder } from '../shared/archive/state/order.ts';
import {
  type ArchiveStorage,
  openStorage,
  provisionStorage,
} from '../shared/archive/state/storage.ts';
import type { Clock } from '../shared/clock.ts';
import { composeEmail } from '../shared/email/compose.ts';
import { readEmail } from '../shared/email/read.ts';
import { silentLog } from '../shared/log.ts';
import { createGraph } from '../shared/mailbox/graphClient.ts';
import { outlookLimits } from '../shared/mailbox/pacer.ts';
import { containers, tables } from '../shared/names.ts';
import { createItemLog } from '../shared/status/itemLog.ts';
import { createRunProgress } from '../shared/status/runProgress.ts';
import type { Measure } from './measure.ts';

/** The limits of a mailbox by this factor; the windows are as long as ever. */
const scale = 0.05;
const copiesPerOrder = 20;
const address = 'ada@example.com';
const runId = '20261120T120000Z-0001';

interface Backlog {
  orders: number;
  /** Of each email's text. */
  bytes: number;
}

/** A backlog that the limit of requests holds up, and one that the limit of bytes does. */
export async function benchLimits(): Promise<Measure[]> {
  const small = await drainBacklog({ orders: 90, bytes: 200 }, 'requests');
  const large = await drainBacklog({ orders: 12, bytes: 150_000 }, 'bytes');
  const percent = (share: number) => share * 100;
  return [
    {
      name: "share of a mailbox's 10,000 requests in 10 minutes, with a backlog",
      ...{ value: percent(small.share), unit: '%', target: '≥ 95' },
    },
    {
      name: "share of a mailbox's 150 MB in 5 minutes, with a backlog",
      ...{ value: percent(large.share), unit: '%', target: '≥ 95' },
    },
    {
      name: 'answers with 429 meanwhile',
      ...{ value: small.throttled + large.throttled, unit: 'answers', target: '0' },
    },
    {
      name: `storage calls per imported email, in orders of ${copiesPerOrder}`,
      ...{ value: small.storageCalls, unit: 'calls', target: '≤ 3' },
    },
  ];
}

/** Time passes as ever, and nobody has to wait for it. */
function skippingClock(): Clock & { skip(ms: number): void } {
  let skipped = 0;
  const skip = (ms: number) => {
    skipped += ms;
  };
  return {
    now: () => new Date(Date.now() + skipped),
    async sleep(ms) {
      skip(ms);
      await setImmediate();
    },
    skip,
  };
}

async function drainBacklog(backlog: Backlog, kind: 'requests' | 'bytes') {
  const clock = skippingClock();
  const tenant = createTenant({ domains: ['example.com'] });
  const mailbox = addUser(tenant, { address }).id;
  const { requests, bytes } = outlookLimits;
  const graph = await startSimulatedGraph({
    ...{ tenant, now: clock.now },
    limits: { requests: requests.count * scale, uploadBytes: bytes.count * scale },
  });
  const azurite = await startAzurite();
  const counted = await countingStorage(azurite.connectionString, graph.baseUrl);
  try {
    await placeOrders(await openStorage(azurite), mailbox, backlog);
    const sent: Sent[] = [];
    const watched: typeof fetch = (input, init) => {
      const body = typeof init?.body === 'string' ? Buffer.byteLength(init.body) : 0;
      sent.push({ at: clock.now().getTime(), requests: 1, bytes: body });
      return fetch(input, init);
    };
    const client = createGraph({
      ...{ baseUrl: graph.baseUrl, clock, log: silentLog, maxInFlight: 64 },
      ...{ token: async () => graph.token, fetch: watched },
    });
    await drain(counted.storage, client, mailbox, clock);
    const made = graph.mailbox(mailbox).messages.length;
    const due = backlog.orders * copiesPerOrder;
    if (made !== due) throw new Error(`${made} messages for ${due} copies.`);
    const limit = outlookLimits[kind];
    return {
      share: sustained(sent, kind, limit.windowMs) / (limit.count * scale),
      throttled: graph.requests.statuses['429'] ?? 0,
      storageCalls: counted.calls() / made,
    };
  } finally {
    await counted.gateway.close();
    await Promise.all([graph.close(), azurite.close()]);
  }
}

interface Sent {
  at: number;
  requests: number;
  bytes: number;
}

/** What was sent in a window on average, over all whole windows while there was a backlog. */
function sustained(sent: Sent[], kind: 'requests' | 'bytes', windowMs: number): number {
  const [first, last] = [sent[0]?.at ?? 0, sent.at(-1)?.at ?? 0];
  const windows = Math.floor((last - first) / windowMs);
  if (windows < 1) throw new Error('The backlog is too small to reach the limit.');
  return (
    sent
      .filter(({ at }) => at < first + windows * windowMs)
      .reduce((sum, one) => sum + one[kind], 0) / windows
  );
}

async function countingStorage(connectionString: string, graphUrl: string) {
  let calls = 0;
  const targets = {
    ...storageOrigins(connectionString),
    graph: new URL(graphUrl).origin,
  };
  const gateway: Gateway = await startGateway(targets, {
    meet() {
      calls++;
      return undefined;
    },
    kill: async () => {},
  });
  const through = throughOrigins(connectionString, gateway.origins);
  const storage = await openStorage({ connectionString: through });
  return { storage, gateway, calls: () => calls };
}

/** Turn after turn, as the queue gives them: in whole seconds. */
async function drain(
  storage: ArchiveStorage,
  graph: ReturnType<typeof createGraph>,
  mailbox: string,
  clock: ReturnType<typeof skippingClock>,
): Promise<void> {
  const { now } = clock;
  const itemLog = createItemLog(storage.table(tables.itemLog), now);
  const progress = createRunProgress(storage.table(tables.runProgress));
  const { requests, bytes } = outlookLimits;
  const importer = createImporter({
    ...{ storage, graph, readEmail, host: 'bench', clock, log: silentLog },
    limits: {
      requests: { ...requests, count: requests.count * scale },
      bytes: { ...bytes, count: bytes.count * scale },
    },
    lookupPatienceMs: 900_000,
    onOrderDone: (order, results) =>
      recordOrder({ storage, itemLog, progress, now }, order, results),
    onBrokenOrder: async (_path, sentence) => Promise.reject(new Error(sentence)),
    onStop: async (_order, sentence) => Promise.reject(new Error(sentence)),
  });
  for (let attempt = 0; ; attempt++) {
    const result = await importer.drain(mailbox, attempt);
    if (result.kind === 'drained') return;
    if (result.kind === 'busy') throw new Error('The mailbox is busy.');
    clock.skip(Math.ceil(result.after / 1000) * 1000);
  }
}

async function placeOrders(
  storage: ArchiveStorage,
  mailboxId: string,
  backlog: Backlog,
): Promise<void> {
  await provisionStorage(storage);
  const emails = storage.container(containers.emails);
  const imports = storage.container(containers.imports);
  for (let page = 0; page < backlog.orders; page++) {
    const entries = await Promise.all(
      Array.from({ length: copiesPerOrder }, async (_, number) => {
        const key = sha256(`${page} ${number}`);
        const email = await emailOf(key, backlog.bytes);
        const emailPath = `webex/${key}.eml`;
        await emails.getBlockBlobClient(emailPath).upload(email, email.byteLength);
        return {
          ...{ key, itemId: key.slice(0, 8), event: 'created', emailPath },
          ...{ at: '2026-11-19T09:30:00.000Z', sourceUsers: ['ada'] },
          ...{ bytes: email.byteLength, sha256: sha256(email) },
        };
      }),
    );
    const order: ImportOrder = {
      ...{ connector: 'webex', runId, page, mailboxId, mailbox: address, entries },
      folder: 'Webex Teams',
    };
    const body = JSON.stringify(order);
    const path = `${mailboxId}/webex-${runId}-${page}`;
    await imports.getBlockBlobClient(path).upload(body, Buffer.byteLength(body));
  }
}

function emailOf(key: string, bytes: number): Promise<Buffer> {
  const item: ArchiveItem = {
    ...{
      key,
      itemId: key.slice(0, 8),
      event: 'created',
      text: 'text '.repeat(bytes / 5),
    },
    at: new Date('2026-11-19T09:30:00Z'),
    conversation: { id: 'room', name: 'Room' },
    author: { id: 'bob', name: 'Bob', address: 'bob@example.com' },
    participants: [{ id: 'ada', name: 'Ada', address }],
    ...{ files: [], missing: [] },
  };
  const noFile = () => Promise.reject(new Error('These items have no files.'));
  return buffer(composeEmail(item, { connector: 'webex', source: 'webex' }, noFile));
}

const sha256 = (content: string | Buffer) =>
  createHash('sha256').update(content).digest('hex');
