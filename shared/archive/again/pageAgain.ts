import type { UserMappings } from '../../directory/userMappings.ts';
import type { ItemLog } from '../../status/itemLog.ts';
import type { RunProgress } from '../../status/runProgress.ts';
import { mailboxOf, rulesOf, settledName } from '../destinations.ts';
import { type PageRef, pagePath } from '../runs/runIds.ts';
import {
  keepManifest,
  type Manifest,
  type Routes,
  readManifest,
  readRoutes,
} from '../state/manifests.ts';
import type { ArchiveStorage } from '../state/storage.ts';
import { readPlan } from './plan.ts';
import { type EarlierPage, selectFailed, selectMapped } from './selectAgain.ts';

/** What making a page of a later run needs. */
export interface PageAgainDeps {
  storage: ArchiveStorage;
  itemLog: ItemLog;
  progress: RunProgress;
  mappings: UserMappings;
}

/**
 * The manifest of a page of a run that reads no source: what its plan says that an earlier page
 * owes still, settled when it is first asked for. Undefined if no plan has such a page.
 * Throws if the earlier page is still being delivered: what it owes is not in the log yet.
 */
export async function makePageAgain(
  deps: PageAgainDeps,
  ref: PageRef,
): Promise<Manifest | undefined> {
  const { connector } = ref;
  const plan = await readPlan(deps.storage, connector, ref.runId);
  const source = plan?.pages[ref.page];
  if (!plan || !source) return undefined;
  const earlier = await readEarlier(deps, { connector, ...source });
  const { mailboxFor } = await deps.mappings.inForce(connector);
  const { runId } = source;
  const people = plan.people.flatMap((one) => (one.runId === runId ? one.id : []));
  const selected =
    plan.kind === 'replay'
      ? selectFailed(earlier, plan.keys && new Set(plan.keys))
      : selectMapped(earlier, { runId, people: new Set(people), mailboxFor });
  const manifest = { ...selected, deliversAgain: { kind: plan.kind, ...source } };
  if (await keepManifest(deps.storage, ref, manifest)) return manifest;
  return readManifest(deps.storage, ref);
}

async function readEarlier(deps: PageAgainDeps, ref: PageRef): Promise<EarlierPage> {
  const { connector, runId, page } = ref;
  const progress = await deps.progress.pageOf(connector, runId, page);
  const manifest = await readManifest(deps.storage, ref);
  const routes = await readRoutes(deps.storage, ref);
  if (progress?.orders === undefined || !manifest || !routes) {
    throw new Error(`The page ${pagePath(ref)} has not been delivered yet.`);
  }
  const rows = await Array.fromAsync(
    deps.itemLog.open(connector, { outcomes: ['failed'], runId, page }),
  );
  return { manifest, routes, rows };
}

/**
 * What failed in a mailbox is tried in that mailbox, whatever the directory or the mapping says
 * by now: nobody gets a second copy in another one.
 */
export async function settledBefore(
  storage: ArchiveStorage,
  connector: string,
  { deliversAgain: again, rosters }: Manifest,
): Promise<Routes['settled']> {
  if (again?.kind !== 'replay') return {};
  const { runId, page } = again;
  const routes = await readRoutes(storage, { connector, runId, page });
  if (!routes) return {};
  const rules = rulesOf(routes);
  const settled = rosters
    .flat()
    .flatMap((person): [string, Routes['settled'][string]][] => {
      const mailbox = mailboxOf(person, rules);
      return mailbox
        ? [[settledName(person), { address: mailbox.address, mailbox }]]
        : [];
    });
  return Object.fromEntries(settled);
}
