import { z } from 'zod';
import type { ArchiveStorage } from '../../shared/archive/state/storage.ts';
import { queryRows } from '../../shared/archive/state/tables.ts';
import { blobPoisonQueue, containers, queues, tables } from '../../shared/names.ts';
import { runRowSchema } from '../../shared/status/runLog.ts';
import { addsUp } from '../counters.ts';
import type { SimulatedGraph } from '../graph/simulatedGraph.ts';
import type { MailboxSnapshot, MessageSnapshot } from '../graph/snapshot.ts';
import { type ChaosLoad, numberIn } from './load.ts';

/** What must not be: how often it was found. All are zero, or something is wrong. */
export type Findings = Record<string, number>;

const target = 'Inbox/Webex Teams';

/** Looks into every mailbox, and into what administrators read. */
export async function verify(
  load: ChaosLoad,
  graph: SimulatedGraph,
  storage: ArchiveStorage,
): Promise<Findings> {
  const homes = graph.tenant.users
    .filter(({ mailbox }) => mailbox.state !== 'none')
    .map(({ id }) => graph.mailbox(id));
  return {
    ...verifyMailboxes(load, homes),
    ...(await verifyRecords(load, homes, storage)),
  };
}

function verifyMailboxes(load: ChaosLoad, homes: MailboxSnapshot[]): Findings {
  const findings = { lost: 0, doubled: 0, misplaced: 0, drafts: 0 };
  const more = { 'left in staging': 0, 'without its file': 0, 'second folders': 0 };
  for (const { address, messages, folders } of homes) {
    const due = load.expected.get(address) ?? new Set();
    const got = messages.map(({ body }) => numberIn(body.content));
    const distinct = new Set(got);
    findings.lost += [...due].filter((number) => !distinct.has(number)).length;
    findings.doubled += got.length - distinct.size;
    findings.misplaced += got.filter((n) => n === undefined || !due.has(n)).length;
    findings.drafts += messages.filter(({ isDraft }) => isDraft).length;
    more['left in staging'] += messages.filter(({ folder }) => folder !== target).length;
    more['without its file'] += messages.filter(lacksFile).length;
    const named = folders.filter(({ path }) => path === target).length;
    more['second folders'] += Math.max(0, named - 1);
  }
  return { ...findings, ...more };
}

const lacksFile = ({ body, attachments }: MessageSnapshot): boolean =>
  /File not included/.test(body.content) ||
  attachments.some(({ size }) => size === 0) ||
  attachments.length !== fileCount(body.content);

const fileCount = (text: string): number => Number((numberIn(text) ?? 1) % 9 === 0);

const loggedSchema = z.object({ outcome: z.string(), resolvedAt: z.string().optional() });
const ledgerSchema = z.object({ state: z.string(), messageId: z.string().default('') });

async function verifyRecords(
  load: ChaosLoad,
  homes: MailboxSnapshot[],
  storage: ArchiveStorage,
): Promise<Findings> {
  const runs = await Array.fromAsync(
    queryRows(storage.table(tables.runLog), '', runRowSchema),
  );
  const ledger = await Array.fromAsync(
    queryRows(storage.table(tables.importLedger), '', ledgerSchema),
  );
  const logged = await Array.fromAsync(
    queryRows(storage.table(tables.itemLog), "outcome ne 'unmapped'", loggedSchema),
  );
  // What was stuck for a while is told, and told to be over.
  const items = logged.filter(
    ({ outcome, resolvedAt }) => outcome !== 'pending' || !resolvedAt,
  );
  const ids = new Set(homes.flatMap(({ messages }) => messages.map(({ id }) => id)));
  const counted = runs.reduce((sum, run) => sum + run.imported, 0);
  const named = ledger.filter(
    ({ state, messageId }) => state === 'imported' && ids.has(messageId),
  );
  return {
    'counted too few or too many': Math.abs(load.copies - counted),
    'runs that do not add up': runs.filter((run) => !addsUp(run)).length,
    'runs not completed': runs.filter(({ state }) => state !== 'completed').length,
    'ledger rows without message': ledger.length - named.length,
    'messages without ledger row': Math.max(0, ids.size - named.length),
    'items logged as failed or partial': items.length,
    'result lines too few or too many': Math.abs(
      load.copies - (await countResults(storage)),
    ),
    'orders left': await count(storage.container(containers.imports).listBlobsFlat()),
    poisoned: await countPoison(storage),
  };
}

const lineSchema = z.object({ outcome: z.string() });

async function countResults(storage: ArchiveStorage): Promise<number> {
  const container = storage.container(containers.results);
  let imported = 0;
  for await (const { name } of container.listBlobsFlat()) {
    const text = (await container.getBlobClient(name).downloadToBuffer()).toString();
    for (const line of text.split('\n').filter(Boolean)) {
      if (lineSchema.parse(JSON.parse(line)).outcome === 'imported') imported++;
    }
  }
  return imported;
}

async function countPoison(storage: ArchiveStorage): Promise<number> {
  const names = [...Object.values(queues).map((name) => `${name}-poison`)];
  let poisoned = 0;
  for (const name of [...names, blobPoisonQueue]) {
    const { approximateMessagesCount } = await storage.queue(name).getProperties();
    poisoned += approximateMessagesCount ?? 0;
  }
  return poisoned;
}

async function count(items: AsyncIterable<unknown>): Promise<number> {
  return (await Array.fromAsync(items)).length;
}
