import { z } from 'zod';
import type { MailboxFor } from '../../directory/userMapping.ts';
import type { UserMappings } from '../../directory/userMappings.ts';
import { containers } from '../../names.ts';
import type { ItemLog } from '../../status/itemLog.ts';
import type { RunLog } from '../../status/runLog.ts';
import type { DeliverQueue } from '../deliverQueue.ts';
import { newRunId } from '../runs/runIds.ts';
import { readJson, writeJson } from '../state/blobs.ts';
import { manifestPages } from '../state/manifests.ts';
import type { ArchiveStorage } from '../state/storage.ts';
import { keepPlan, type Plan, readPlan } from './plan.ts';
import { runsUnderWay, startPlanned } from './startPlanned.ts';

/** What delivering by a new mapping needs. */
export interface MappingRunDeps {
  storage: ArchiveStorage;
  mappings: UserMappings;
  itemLog: ItemLog;
  runLog: RunLog;
  deliver: DeliverQueue;
  now: () => Date;
}

/** Which mapping was delivered last, or is being, and by which run. */
const noteSchema = z.object({
  version: z.string(),
  runId: z.string(),
  done: z.boolean(),
});

const notePath = (connector: string) => `mapping/${connector}.delivered.json`;
const never = { version: '', runId: '', done: true };

/**
 * Delivers what had no mailbox before to those that a changed custom mapping names, once for each
 * version of the mapping and as a run of its own. Returns true if there is such a run. It waits
 * for the end of other runs that look for mailboxes: what they have found is not in the log yet.
 */
export async function deliverNewMapping(
  deps: MappingRunDeps,
  connector: string,
): Promise<boolean> {
  const { version, mailboxFor } = await deps.mappings.inForce(connector);
  const container = deps.storage.container(containers.state);
  const path = notePath(connector);
  const stored = await readJson(container, path, noteSchema);
  const before = stored?.value ?? never;
  const isKnown = before.version === version;
  if (isKnown && before.done) return false;
  const others = await runsUnderWay(deps.runLog, connector, ['mapping', 'replay']);
  if (others.some((runId) => !isKnown || runId !== before.runId)) return false;

  const note = isKnown
    ? before
    : { version, runId: newRunId(deps.now(), Math.random), done: false };
  // Somebody else who noted another run carries it out.
  if (!isKnown && !(await writeJson(container, path, note, stored?.etag ?? 'absent'))) {
    return false;
  }
  const begun = await carryOut(deps, connector, note.runId, mailboxFor);
  const noted = await readJson(container, path, noteSchema);
  if (noted?.value.runId === note.runId && noted.value.version === version) {
    await writeJson(container, path, { ...note, done: true }, noted.etag);
  }
  return begun;
}

/** Pages that were routed by another mapping have come into the log: it is delivered once more. */
export async function forgetDelivered(
  storage: ArchiveStorage,
  connector: string,
): Promise<void> {
  const container = storage.container(containers.state);
  for (;;) {
    const stored = await readJson(container, notePath(connector), noteSchema);
    if (!stored || stored.value.version === '') return;
    const note = { ...stored.value, version: '', done: false };
    if (await writeJson(container, notePath(connector), note, stored.etag)) return;
  }
}

async function carryOut(
  deps: MappingRunDeps,
  connector: string,
  runId: string,
  mailboxFor: MailboxFor,
): Promise<boolean> {
  let plan = await readPlan(deps.storage, connector, runId);
  if (!plan) {
    const fresh = await makePlan(deps, connector, mailboxFor);
    if (fresh.pages.length === 0) return false;
    plan = await keepPlan(deps.storage, connector, runId, fresh);
  }
  await startPlanned(deps, connector, runId, plan);
  return true;
}

/** What a run owes to people whom the mapping sends to a mailbox now. */
interface Owed {
  people: Set<string>;
  pages: Set<number>;
}

/**
 * Earlier runs' people who had no mailbox and have one by the mapping, and their pages: those,
 * too, that are being routed by the mapping before at this moment.
 */
async function makePlan(
  deps: MappingRunDeps,
  connector: string,
  mailboxFor: MailboxFor,
): Promise<Plan> {
  const runs = new Map<string, Owed>();
  const open = deps.itemLog.open(connector, { outcomes: ['failed', 'unmapped'] });
  for await (const { runId, sourceUserId: id, sourceAddress, ...row } of open) {
    const isHomeless = id !== undefined && row.mailbox === '';
    if (!isHomeless || mailboxFor({ id, address: sourceAddress }) === undefined) continue;
    const owed = runs.get(runId) ?? { people: new Set(), pages: new Set() };
    if (row.page === undefined) owed.people.add(id);
    else owed.pages.add(row.page);
    runs.set(runId, owed);
  }
  const plan: Plan = { kind: 'mapping', people: [], pages: [] };
  for (const [runId, owed] of [...runs].sort(([a], [b]) => a.localeCompare(b))) {
    plan.people.push(...[...owed.people].map((id) => ({ runId, id })));
    const pages =
      owed.people.size > 0
        ? await manifestPages(deps.storage, connector, runId)
        : [...owed.pages];
    plan.pages.push(...pages.sort((a, b) => a - b).map((page) => ({ runId, page })));
  }
  return plan;
}
