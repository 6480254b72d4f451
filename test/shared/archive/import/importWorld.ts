import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type Azurite, startAzurite } from '../../../../local/azurite.ts';
import {
  type SimulatedGraph,
  type SimulatedGraphOptions,
  startSimulatedGraph,
} from '../../../../local/graph/simulatedGraph.ts';
import { addUser, createTenant } from '../../../../local/graph/tenant.ts';
import {
  createImporter,
  type DrainResult,
  type ImporterDeps,
} from '../../../../shared/archive/import/importOrders.ts';
import { createEmailStore } from '../../../../shared/archive/state/emailStore.ts';
import type { ArchiveItem } from '../../../../shared/archive/state/item.ts';
import type {
  CopyResult,
  ImportOrder,
  OrderEntry,
} from '../../../../shared/archive/state/order.ts';
import {
  type ArchiveStorage,
  openStorage,
  provisionStorage,
} from '../../../../shared/archive/state/storage.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { composeEmail } from '../../../../shared/email/compose.ts';
import { readEmail } from '../../../../shared/email/read.ts';
import { silentLog } from '../../../../shared/log.ts';
import {
  createGraph,
  type GraphOptions,
} from '../../../../shared/mailbox/graphClient.ts';
import { containers } from '../../../../shared/names.ts';

export const folder = 'Webex Teams';
export const ada = 'ada@contoso.com';
export const patienceMs = 900_000;

/** Time passes as ever, and nobody has to wait for it. */
export function skippingClock(): Clock & { skip(ms: number): void } {
  let skipped = 0;
  return {
    now: () => new Date(Date.now() + skipped),
    async sleep(ms) {
      skipped += ms;
      await setImmediate();
    },
    skip(ms) {
      skipped += ms;
    },
  };
}

export type Started = Awaited<ReturnType<typeof startWorld>>;

/** One storage for a whole test file. */
export async function startWorld() {
  const azurite: Azurite = await startAzurite();
  const storage = await openStorage({ connectionString: azurite.connectionString });
  await provisionStorage(storage);
  return { storage, close: () => azurite.close() };
}

let worlds = 0;

/** An organisation of its own for each test, on the same storage. */
export async function createWorld(
  storage: ArchiveStorage,
  options: Pick<SimulatedGraphOptions, 'limits'> & { maxMessageBytes?: number } = {},
) {
  const clock = skippingClock();
  const tenant = createTenant({ domains: ['contoso.com'] });
  const { maxMessageBytes = 150 * 1024 * 1024, limits } = options;
  const user = addUser(tenant, {
    ...{
      address: ada,
      id: `ada-${Date.now()}-${++worlds}`,
      mailbox: { maxMessageBytes },
    },
  });
  const graph: SimulatedGraph = await startSimulatedGraph({
    ...{ tenant, now: clock.now, ...(limits && { limits }) },
  });
  const done: { order: ImportOrder; results: CopyResult[] }[] = [];
  const broken: { path: string; sentence: string }[] = [];
  const stops: string[] = [];
  const mailbox = user.id;

  const client = (more: Partial<GraphOptions> = {}) =>
    createGraph({
      ...{ baseUrl: graph.baseUrl, clock, log: silentLog, maxInFlight: 64 },
      ...{ token: async () => graph.token, ...more },
    });

  function deps(host: string, more: Partial<ImporterDeps> = {}): ImporterDeps {
    return {
      ...{ storage, readEmail, host, clock, log: silentLog, graph: client() },
      lookupPatienceMs: patienceMs,
      async onOrderDone(order, results) {
        done.push({ order, results });
      },
      async onBrokenOrder(path, sentence) {
        broken.push({ path, sentence });
      },
      async onStop(_order, sentence) {
        stops.push(sentence);
      },
      ...more,
    };
  }
  const importer = (host = 'host-1', more: Partial<ImporterDeps> = {}) =>
    createImporter(deps(host, more));

  /** What happens late in the simulation happens when somebody looks, so look now and then. */
  function pass(ms: number): void {
    for (let left = ms; left > 0; left -= 30_000) {
      clock.skip(Math.min(left, 30_000));
      graph.mailbox(mailbox);
    }
  }

  /** Turn after turn, as the queue would give them. */
  async function drain(by = importer(), turns = 20): Promise<DrainResult[]> {
    const results: DrainResult[] = [];
    for (let attempt = 0; attempt < turns; attempt++) {
      const result = await by.drain(mailbox, attempt);
      results.push(result);
      if (result.kind !== 'later') break;
      pass(result.after);
    }
    return results;
  }

  return {
    ...{ storage, clock, graph, mailbox, done, broken, stops, importer, drain, client },
    messages: () => graph.mailbox(mailbox).messages,
    outcomes: () => done.flatMap(({ results }) => results.map(({ outcome }) => outcome)),
    reasons: () => done.flatMap(({ results }) => results.map(({ reason }) => reason)),
    place: (options: OrderOptions = {}) => placeOrder(storage, mailbox, options),
    /** One more mailbox with an order. */
    async placeElsewhere(options: OrderOptions = {}) {
      const address = `other-${++worlds}@contoso.com`;
      const other = addUser(tenant, { address, id: `${worlds}-${Date.now()}` });
      await placeOrder(storage, other.id, options);
      return other.id;
    },
    async orders() {
      const names: string[] = [];
      const imports = storage.container(containers.imports);
      for await (const { name } of imports.listBlobsFlat({ prefix: `${mailbox}/` })) {
        names.push(name);
      }
      return names;
    },
    close: () => graph.close(),
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

export interface OrderOptions {
  /** Texts of the items; each text is an item of its own. */
  texts?: string[];
  page?: number;
  runId?: string;
  files?: { name: string; content: Buffer }[];
  /** Changes the order before it is placed. */
  change?(order: ImportOrder): unknown;
}

async function placeOrder(
  storage: ArchiveStorage,
  mailboxId: string,
  { texts = ['Hello'], page = 0, runId = '20261120T120000Z-0001', ...more }: OrderOptions,
): Promise<ImportOrder> {
  const entries = await Promise.all(
    texts.map((text) => keepEmail(storage, sha256(mailboxId + text), text, more.files)),
  );
  const order: ImportOrder = {
    ...{ connector: 'webex', runId, page, mailboxId, mailbox: ada, folder, entries },
  };
  const placed = more.change?.(order) ?? order;
  const body = typeof placed === 'string' ? placed : JSON.stringify(placed);
  const path = `${mailboxId}/webex-${runId}-${page}`;
  const blob = storage.container(containers.imports).getBlockBlobClient(path);
  await blob.upload(body, Buffer.byteLength(body));
  return order;
}

const sha256 = (content: string | Buffer) =>
  createHash('sha256').update(content).digest('hex');

async function keepEmail(
  storage: ArchiveStorage,
  key: string,
  text: string,
  files: { name: string; content: Buffer }[] = [],
): Promise<OrderEntry> {
  const contents = new Map(files.map(({ name, content }) => [name, content]));
  const at = new Date('2026-11-19T09:30:00Z');
  const item: ArchiveItem = {
    ...{ key, itemId: `item-${key.slice(0, 8)}`, event: 'created', at, text },
    conversation: { id: 'room', name: 'Project X' },
    author: { id: 'bob', name: 'Bob', address: 'bob@contoso.com' },
    participants: [{ id: 'ada', name: 'Ada', address: ada }],
    files: files.map(({ name, content }) => ({
      ...{ name, path: name, contentType: 'application/octet-stream' },
      ...{ bytes: content.byteLength, sha256: sha256(content) },
    })),
    missing: [],
  };
  const email = composeEmail(
    item,
    { connector: 'webex', source: 'webex' },
    async (file) => Readable.from([contents.get(file.path) ?? Buffer.alloc(0)]),
  );
  const ref = { connector: 'webex', runId: '20261120T120000Z-0001', page: 0 };
  const kept = await createEmailStore(storage).keep(ref, key, email);
  return {
    ...{ key, itemId: item.itemId, event: 'created', at: at.toISOString() },
    ...{ sourceUsers: ['ada'], ...kept },
  };
}
