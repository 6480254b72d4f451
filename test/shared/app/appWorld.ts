import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { startAzurite } from '../../../local/azurite.ts';
import {
  type SimulatedGraph,
  startSimulatedGraph,
} from '../../../local/graph/simulatedGraph.ts';
import { addUser, createTenant, type NewUser } from '../../../local/graph/tenant.ts';
import { type App, createApp } from '../../../shared/app/app.ts';
import { type PageRef, pagePath } from '../../../shared/archive/runs/runIds.ts';
import type { ArchiveItem, Person } from '../../../shared/archive/state/item.ts';
import { keepManifest } from '../../../shared/archive/state/manifests.ts';
import {
  type ArchiveStorage,
  openStorage,
  provisionStorage,
} from '../../../shared/archive/state/storage.ts';
import { composeEmail } from '../../../shared/email/compose.ts';
import { silentLog } from '../../../shared/log.ts';
import { containers, tables } from '../../../shared/names.ts';
import { skippingClock } from '../archive/import/importWorld.ts';

export const domain = 'contoso.com';
export const folder = 'Webex Teams';

/** One storage for a whole test file. */
export async function startAppStorage() {
  const azurite = await startAzurite();
  const { connectionString } = azurite;
  await provisionStorage(await openStorage({ connectionString }));
  return { connectionString, close: () => azurite.close() };
}

let worlds = 0;

/** The app with an organisation and a connector of its own; messages are handled by `pump`. */
export async function createAppWorld(
  connectionString: string,
  env: Record<string, string> = {},
) {
  const connector = `c${process.pid}-${++worlds}`;
  const prefix = connector.toUpperCase().replace('-', '_');
  const clock = skippingClock();
  const tenant = createTenant({ domains: [domain] });
  const graph: SimulatedGraph = await startSimulatedGraph({ tenant, now: clock.now });
  const settings = {
    ArchiveStorage: connectionString,
    CONNECTORS: `${connector}:webex`,
    GRAPH_BASE_URL: graph.baseUrl,
    GRAPH_ACCESS_TOKEN: graph.token,
    [`${prefix}_CLIENT_ID`]: 'id',
    [`${prefix}_CLIENT_SECRET`]: 'secret',
    [`${prefix}_REFRESH_TOKEN`]: 'token',
    ...env,
  };
  const host = { clock, log: silentLog, isLoneHost: true };
  let app = await createApp(settings, host);
  const storage = app.core.storage;
  await forgetDirectory(storage);

  interface Message {
    at: number;
    handle(): Promise<void>;
  }
  let messages: Message[] = [];
  const inbox = () => clock.now().getTime();

  /** What Azure's queues would bring, without waiting for it. */
  function intercept(one: App): void {
    one.core.deliver.send = async (ref, attempt = 0, delaySeconds = 0) => {
      const message = { manifest: pagePath(ref), attempt };
      const handle = () => app.deliverEmails(message);
      messages.push({ at: inbox() + delaySeconds * 1000, handle });
    };
    one.core.deliver.sendOnce = async (ref) => {
      const handle = () => app.deliverEmails({ manifest: pagePath(ref), once: true });
      messages.push({ at: inbox(), handle });
    };
    one.core.retries.send = async (mailbox, attempt, afterMs) => {
      const handle = () => app.retryImports({ mailbox, attempt });
      messages.push({ at: inbox() + afterMs, handle });
    };
  }
  intercept(app);

  async function orders(): Promise<string[]> {
    const found: string[] = [];
    for await (const { name } of storage.container(containers.imports).listBlobsFlat()) {
      if (name.includes(`/${connector}-`)) found.push(name);
    }
    return found;
  }

  const triggered = new Set<string>();
  async function triggerImports(): Promise<void> {
    const fresh = (await orders()).filter((path) => !triggered.has(path));
    for (const path of fresh) {
      triggered.add(path);
      await app.importEmails(path.split('/')[0] ?? '');
    }
  }

  /** Handles messages until there are none, or until so much time has passed. */
  async function pump(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    await triggerImports();
    for (;;) {
      messages.sort((a, b) => a.at - b.at);
      const [next, ...rest] = messages;
      const isOver = !next || next.at > untilMs;
      const goesTo = isOver ? untilMs : next.at;
      if (Number.isFinite(goesTo)) clock.skip(Math.max(0, goesTo - inbox()));
      if (isOver) return;
      messages = rest;
      await next.handle();
      await triggerImports();
    }
  }

  let runs = 0;
  const nextRunId = () => `20261120T12000${++runs}Z-0001`;

  async function archivePage(ref: PageRef, texts: string[], people: Person[]) {
    const entries = await Promise.all(
      texts.map(async (text, n) => {
        const item = itemOf(connector, text, people, n);
        const origin = { connector, source: 'webex' };
        const email = composeEmail(item, origin, async () => Readable.from([]));
        const { key, itemId, event } = item;
        const kept = await app.core.emails.keep(ref, key, email);
        return { ...kept, key, itemId, event, at: item.at.toISOString(), roster: 0 };
      }),
    );
    const source = storage.container(containers.sourcePages);
    await source.getBlockBlobClient(pagePath(ref)).upload('{}', 2);
    await keepManifest(storage, ref, { entries, rosters: [people], rejects: [] });
    await app.core.deliver.send(ref);
  }

  /** A run whose pages have these items for these people, on its way to mailboxes. */
  async function archivePages(pages: string[][], people: Person[]) {
    const runId = nextRunId();
    await app.core.runLog.write(connector, runId, {
      ...{ state: 'running', settled: false, pages: pages.length },
      startedAt: clock.now().toISOString(),
    });
    for (const [page, texts] of pages.entries()) {
      await archivePage({ connector, runId, page }, texts, people);
    }
    return { runId };
  }
  const archive = (texts: string[], people: Person[]) => archivePages([texts], people);

  const rows = (table: string, filter: string) =>
    Array.fromAsync(storage.table(table).listEntities({ queryOptions: { filter } }));

  return {
    ...{ connector, clock, graph, tenant, storage, pump, archive, archivePages, orders },
    app: () => app,
    waiting: () => messages.length,
    add: (user: NewUser) => addUser(tenant, { id: randomUUID(), ...user }),
    /** Another process, with other settings. */
    async restart(changed: Record<string, string>) {
      app = await createApp({ ...settings, ...changed }, host);
      intercept(app);
    },
    async putMapping(csv: string) {
      const body = Buffer.from(csv);
      await storage
        .container(containers.config)
        .getBlockBlobClient(`mapping/${connector}.csv`)
        .upload(body, body.byteLength);
    },
    sweep: (isPastDue = true) => app.sweep(async () => false, { isPastDue }),
    settle: (runId: string) => app.settleRun({ connector, runId }),
    itemLog: (runId: string) =>
      rows(tables.itemLog, `PartitionKey eq '${connector}|${runId}'`),
    runs: () => rows(tables.runLog, `PartitionKey eq '${connector}'`),
    status: () => app.core.statuses.read(connector),
    textsOf: (address: string) =>
      graph
        .mailbox(address)
        .messages.filter((message) => message.folder === `Inbox/${folder}`)
        .map(({ body }) => body.content.trim().split(/\r?\n/)[0] ?? '')
        .toSorted(),
    close: () => graph.close(),
  };
}

/** Each world has the same addresses, but is another organisation. */
async function forgetDirectory(storage: ArchiveStorage): Promise<void> {
  const state = storage.container(containers.state);
  for await (const { name } of state.listBlobsFlat({ prefix: 'directory/' })) {
    await state.deleteBlob(name);
  }
}

export type AppWorld = Awaited<ReturnType<typeof createAppWorld>>;

function itemOf(
  connector: string,
  text: string,
  people: Person[],
  n: number,
): ArchiveItem {
  const author = people[0] ?? { id: 'nobody' };
  return {
    key: createHash('sha256').update(`${connector}:${text}`).digest('hex'),
    ...{ itemId: `item-${n}`, event: 'created', text },
    at: new Date('2026-11-20T09:30:00Z'),
    conversation: { id: 'room', name: 'Project X' },
    ...{ author, participants: people, files: [], missing: [] },
  };
}
