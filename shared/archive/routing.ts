import type { MailboxRef } from '../directory/types.ts';
import { destinationOf, type Rules, rulesOf } from './destinations.ts';
import type { Person } from './state/item.ts';
import type { Manifest, ManifestEntry, Routes, Undelivered } from './state/manifests.ts';
import type { OrderEntry } from './state/order.ts';

/** Where a page's emails go. */
export interface RoutingPlan {
  /** Mailbox id → mailbox, and the people who lead to it, by the rosters they are in. */
  orders: Map<string, PlannedOrder>;
  /** People from outside, by the source's id. */
  unmapped: string[];
  /** Copies that `_USERS` keeps out. */
  excluded: number;
  /** Our people without a mailbox whose copies go to the catch-all, by the source's id. */
  homeless: string[];
  /** Copies that nobody gets although somebody should. */
  failed: Undelivered[];
}

/** What one mailbox is to get; `sourceUsers` by roster. */
export interface PlannedOrder {
  mailbox: MailboxRef;
  sourceUsers: Map<number, string[]>;
}

/** A roster's people, told apart. Many items share a roster, so it is done once for all. */
interface RosterPlan {
  copies: Map<string, { mailbox: MailboxRef; sourceUsers: string[] }>;
  excluded: Set<string>;
  misled: Person[];
  homeless: Person[];
  outside: string[];
  reachesNobody: boolean;
}

/**
 * People → mailboxes for one manifest. Pure: the same manifest and routes give the same plan,
 * and it takes memory by the people of the rosters, not by people times items.
 */
export function planRoutes(manifest: Manifest, routes: Routes): RoutingPlan {
  const rules = rulesOf(routes);
  const rosters = manifest.rosters.map((people) => planRoster(people, rules));
  const orders = new Map<string, PlannedOrder>();
  const order = (mailbox: MailboxRef): PlannedOrder => {
    const planned = orders.get(mailbox.id) ?? { mailbox, sourceUsers: new Map() };
    orders.set(mailbox.id, planned);
    return planned;
  };
  for (const [position, { copies }] of rosters.entries()) {
    for (const { mailbox, sourceUsers } of copies.values()) {
      order(mailbox).sourceUsers.set(position, sourceUsers);
    }
  }
  const unmapped = new Set<string>();
  const homeless = new Set<string>();
  const failed: Undelivered[] = [];
  let excluded = 0;
  for (const entry of manifest.entries) {
    const roster = rosters[entry.roster];
    if (!roster) continue;
    excluded += roster.excluded.size;
    for (const id of roster.outside) unmapped.add(id);
    if (routes.catchAll) for (const { id } of roster.homeless) homeless.add(id);
    failed.push(...failedCopies(entry, roster, routes));
  }
  if (routes.catchAll && needsCatchAll(manifest, rosters)) order(routes.catchAll);
  return { orders, excluded, failed, unmapped: [...unmapped], homeless: [...homeless] };
}

/** The entries of one mailbox's order, in the manifest's order. */
export function orderEntries(
  manifest: Manifest,
  { catchAll }: Routes,
  { mailbox, sourceUsers }: PlannedOrder,
): OrderEntry[] {
  const isCatchAll = mailbox.id === catchAll?.id;
  return manifest.entries.flatMap(({ roster, audienceUnknown, resolves, ...entry }) => {
    const people = sourceUsers.get(roster);
    if (!people && !(isCatchAll && audienceUnknown)) return [];
    const due = { ...entry, sourceUsers: (people ?? []).filter(Boolean) };
    if (!resolves) return [due];
    const own = resolves.filter(({ sourceUser }) =>
      sourceUser === '' ? isCatchAll : people?.includes(sourceUser),
    );
    return [{ ...due, resolves: own.map(({ runId, row }) => ({ runId, row })) }];
  });
}

function planRoster(people: Person[], rules: Rules): RosterPlan {
  const plan: RosterPlan = {
    ...{ copies: new Map(), excluded: new Set(), homeless: [], outside: [] },
    ...{ misled: [], reachesNobody: false },
  };
  const addCopy = (mailbox: MailboxRef, sourceUser: string) => {
    const copy = plan.copies.get(mailbox.id) ?? { mailbox, sourceUsers: [] };
    copy.sourceUsers.push(sourceUser);
    plan.copies.set(mailbox.id, copy);
  };
  for (const person of people) {
    const destination = destinationOf(person, rules);
    if (destination.kind === 'mailbox') addCopy(destination.mailbox, person.id);
    if (destination.kind === 'excluded') plan.excluded.add(destination.who);
    if (destination.kind === 'misled') plan.misled.push(person);
    if (destination.kind === 'homeless') plan.homeless.push(person);
    if (destination.kind === 'outside') plan.outside.push(person.id);
  }
  const withoutMailbox = plan.homeless.length + plan.misled.length;
  plan.reachesNobody = plan.copies.size + plan.excluded.size + withoutMailbox === 0;
  const { catchAll } = rules;
  if (catchAll) {
    for (const person of plan.homeless) addCopy(catchAll, person.id);
    if (plan.reachesNobody) addCopy(catchAll, '');
  }
  return plan;
}

const needsCatchAll = (manifest: Manifest, rosters: RosterPlan[]): boolean =>
  manifest.entries.some(
    ({ audienceUnknown, roster }) => audienceUnknown || rosters[roster]?.reachesNobody,
  );

const misledReason =
  'The custom mapping sends this person to an address that has no mailbox in Microsoft 365. Correct that line of the mapping, and the copy is delivered by itself; or give the address a mailbox and replay what failed.';

function failedCopies(
  entry: ManifestEntry,
  roster: RosterPlan,
  { catchAll, withoutCatchAll }: Routes,
): Undelivered[] {
  const copies = (people: Person[], reason: string) =>
    people.map(({ id }) => ({ ...undelivered(entry, id), reason }));
  const misled = copies(roster.misled, misledReason);
  if (catchAll) return misled;
  const homeless = copies(
    roster.homeless,
    `This person of the organisation has no mailbox that could be found. ${withoutCatchAll}`,
  );
  if (!roster.reachesNobody) return [...misled, ...homeless];
  const reason = `Nobody who took part has a mailbox in the organisation. ${withoutCatchAll}`;
  return [{ ...undelivered(entry, ''), reason }];
}

const undelivered = (entry: ManifestEntry, sourceUser: string) => ({
  key: entry.key,
  itemId: entry.itemId,
  event: entry.event,
  at: entry.at,
  emailPath: entry.emailPath,
  sourceUser,
});
