import pLimit from 'p-limit';
import type { Directory, MailboxRef } from '../directory/types.ts';
import { containers } from '../names.ts';
import type { ItemLog, ItemLogRow } from '../status/itemLog.ts';
import { type ResultLine, writeResults } from '../status/results.ts';
import type { RunProgress } from '../status/runProgress.ts';
import {
  addressOf,
  orderEntries,
  type PlannedOrder,
  planRoutes,
  type RoutingPlan,
} from './routing.ts';
import { type PageRef, pagePath } from './runs/runIds.ts';
import { writeJson } from './state/blobs.ts';
import {
  keepRoutes,
  type Manifest,
  type Routes,
  readManifest,
  readRoutes,
  type Undelivered,
} from './state/manifests.ts';
import type { ImportOrder } from './state/order.ts';
import { orderPath } from './state/orderNames.ts';
import type { ArchiveStorage } from './state/storage.ts';
import { safeKey } from './state/tableKeys.ts';

const ordersInParallel = 16;

export interface DeliverDeps {
  storage: ArchiveStorage;
  directory: Directory;
  progress: RunProgress;
  itemLog: ItemLog;
  /** `UNMAPPED_MAILBOX`, an address. */
  unmappedMailbox: string | undefined;
  now: () => Date;
}

/** What deliverStep needs to know of the connector. */
export interface DeliverTarget {
  folder: string;
  users: Set<string> | undefined;
}

/**
 * One manifest to its import orders. Where people's mailboxes are settled already, only what
 * follows is made sure of: an order whose outcome is recorded is not made again.
 * Throws if there is no manifest, and whatever the directory throws.
 */
export async function deliverStep(
  deps: DeliverDeps,
  target: DeliverTarget,
  ref: PageRef,
): Promise<void> {
  const manifest = await readManifest(deps.storage, ref);
  if (!manifest) throw new Error(`The manifest ${pagePath(ref)} is not there.`);
  const routes =
    (await readRoutes(deps.storage, ref)) ??
    (await keepRoutes(deps.storage, ref, await findRoutes(deps, target, manifest)));

  const plan = planRoutes(manifest, routes);
  const failed = [...manifest.rejects.map(rejected), ...plan.failed];
  await logUndelivered(deps, ref, failed, plan.unmapped);
  const due = await placeOrders(deps, target, ref, manifest, routes, plan);
  await deps.progress.page(ref.connector, ref.runId, ref.page, {
    orders: plan.orders.size,
    due,
    excluded: plan.excluded,
    failed: failed.length,
  });
}

async function findRoutes(
  deps: DeliverDeps,
  target: DeliverTarget,
  manifest: Manifest,
): Promise<Routes> {
  const addresses = new Set(
    manifest.rosters.flat().flatMap((person) => addressOf(person) ?? []),
  );
  const mailboxes = await deps.directory.resolve(addresses);
  const catchAll = await findCatchAll(deps);
  return {
    mailboxes: Object.fromEntries(mailboxes),
    internalDomains: [...(await deps.directory.internalDomains())],
    ...(catchAll && { catchAll }),
    withoutCatchAll: deps.unmappedMailbox
      ? 'The mailbox in UNMAPPED_MAILBOX was not found either: correct that setting.'
      : 'Set UNMAPPED_MAILBOX to a mailbox for such copies, or give the person one.',
    ...(target.users && { users: [...target.users] }),
  };
}

async function findCatchAll(deps: DeliverDeps): Promise<MailboxRef | undefined> {
  if (!deps.unmappedMailbox) return undefined;
  const found = await deps.directory.resolve([deps.unmappedMailbox]);
  return found.get(deps.unmappedMailbox.toLowerCase());
}

/** Places what is not done yet. Returns how many copies are due in all. */
async function placeOrders(
  deps: DeliverDeps,
  target: DeliverTarget,
  ref: PageRef,
  manifest: Manifest,
  routes: Routes,
  plan: RoutingPlan,
): Promise<number> {
  const { connector, runId, page } = ref;
  const imports = deps.storage.container(containers.imports);
  const done = await deps.progress.doneMailboxes(connector, runId, page);
  const limit = pLimit(ordersInParallel);
  const place = async (planned: PlannedOrder): Promise<number> => {
    const { id: mailboxId, address: mailbox } = planned.mailbox;
    const entries = orderEntries(manifest, routes, planned);
    const { folder } = target;
    const order: ImportOrder = {
      connector,
      runId,
      page,
      mailboxId,
      mailbox,
      folder,
      entries,
    };
    if (!done.has(safeKey(mailboxId))) {
      await writeJson(imports, orderPath(ref, mailboxId), order, 'absent');
    }
    return entries.length;
  };
  const placed = await Promise.all(
    [...plan.orders.values()].map((planned) => limit(place, planned)),
  );
  return placed.reduce((sum, copies) => sum + copies, 0);
}

const rejected = (reject: Manifest['rejects'][number]): Undelivered => ({
  key: reject.key,
  itemId: reject.itemId,
  event: '',
  at: reject.at,
  sourceUser: '',
  reason: reject.reason,
  emailPath: '',
});

async function logUndelivered(
  deps: DeliverDeps,
  ref: PageRef,
  failed: Undelivered[],
  unmapped: string[],
): Promise<void> {
  const { connector, runId, page } = ref;
  await deps.itemLog.write(connector, runId, [
    ...failed.map(failedRow),
    ...unmapped.map(unmappedRow),
  ]);
  await deps.progress.unmapped(connector, runId, unmapped);
  const time = deps.now().toISOString();
  const lines = failed.map((copy) => resultLine(copy, time));
  await writeResults(deps.storage, { connector, runId, page }, lines);
}

const failedRow = (copy: Undelivered): ItemLogRow => ({
  key: copy.key,
  itemId: copy.itemId,
  outcome: 'failed',
  reason: copy.reason,
  ...(copy.sourceUser && { sourceUserId: copy.sourceUser }),
  ...(copy.emailPath && { emailPath: copy.emailPath }),
});

const unmappedRow = (sourceUser: string): ItemLogRow => ({
  key: 'unmapped',
  itemId: '',
  sourceUserId: sourceUser,
  outcome: 'unmapped',
  reason:
    'This person is from outside the organisation and has no mailbox in it; nothing has to be done.',
});

const resultLine = (copy: Undelivered, time: string): ResultLine => ({
  itemId: copy.itemId,
  key: copy.key,
  event: copy.event,
  date: copy.at,
  sourceUser: copy.sourceUser,
  mailbox: '',
  outcome: 'failed',
  reason: copy.reason,
  messageId: '',
  sha256: '',
  time,
});
