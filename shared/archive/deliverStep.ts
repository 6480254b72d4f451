import pLimit from 'p-limit';
import { containers } from '../names.ts';
import { forgetDelivered } from './again/mappingRun.ts';
import { makePageAgain } from './again/pageAgain.ts';
import { type LogDeps, logUndelivered, rejected } from './logUndelivered.ts';
import {
  orderEntries,
  type PlannedOrder,
  planRoutes,
  type RoutingPlan,
} from './routing.ts';
import { findRoutes, type RoutingTarget, type RulesDeps } from './routingRules.ts';
import { type PageRef, pagePath } from './runs/runIds.ts';
import { writeJson } from './state/blobs.ts';
import {
  keepRoutes,
  type Manifest,
  type Routes,
  readManifest,
  readRoutes,
} from './state/manifests.ts';
import type { ImportOrder } from './state/order.ts';
import { orderPath } from './state/orderNames.ts';
import { safeKey } from './state/tableKeys.ts';

const ordersInParallel = 16;

/** What delivering a page needs. */
export type DeliverDeps = RulesDeps & LogDeps;

/** What deliverStep needs to know of the connector. */
export interface DeliverTarget extends RoutingTarget {
  folder: string;
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
  const { storage } = deps;
  const { connector } = ref;
  const manifest = (await readManifest(storage, ref)) ?? (await makePageAgain(deps, ref));
  if (!manifest) throw new Error(`The manifest ${pagePath(ref)} is not there.`);
  const find = () => findRoutes(deps, target, connector, manifest);
  const routes =
    (await readRoutes(storage, ref)) ?? (await keepRoutes(storage, ref, await find()));

  const plan = planRoutes(manifest, routes);
  const failed = [...manifest.rejects.map(rejected), ...plan.failed];
  await logUndelivered(deps, ref, manifest, { ...plan, failed });
  await noticeNewMapping(deps, connector, routes, plan);
  const due = await placeOrders(deps, target, ref, manifest, routes, plan);
  await deps.progress.page(connector, ref.runId, ref.page, {
    orders: plan.orders.size,
    misplaced: false,
    due,
    excluded: plan.excluded,
    failed: failed.length,
  });
}

/** Whoever delivers a new mapping may have looked for these people before they were in the log. */
async function noticeNewMapping(
  deps: DeliverDeps,
  connector: string,
  { mappingVersion }: Routes,
  { unmapped, homeless, failed }: RoutingPlan,
): Promise<void> {
  if (unmapped.length + homeless.length + failed.length === 0) return;
  const { version } = await deps.mappings.inForce(connector);
  if (version !== mappingVersion) await forgetDelivered(deps.storage, connector);
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
