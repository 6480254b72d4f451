import type { MailboxRef } from '../directory/types.ts';
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
  /** Copies that nobody gets although somebody should. */
  failed: Undelivered[];
}

/** What one mailbox is to get; `sourceUsers` by roster. */
export interface PlannedOrder {
  mailbox: MailboxRef;
  sourceUsers: Map<number, string[]>;
}

/** An address as it is compared: without blanks, in lower case. */
export const addressOf = (person: Person): string | undefined =>
  person.address?.trim().toLowerCase();

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

type Destination =
  | { kind: 'mailbox'; mailbox: MailboxRef }
  | { kind: 'excluded'; who: string }
  | { kind: 'homeless' }
  | { kind: 'outside' };

/** A roster's people, told apart. Many items share a roster, so it is done once for all. */
interface RosterPlan {
  copies: Map<string, { mailbox: MailboxRef; sourceUsers: string[] }>;
  excluded: Set<string>;
  homeless: Person[];
  outside: string[];
  reachesNobody: boolean;
}

/**
 * People → mailboxes for one manifest. Pure: the same manifest and routes give the same plan,
 * and it takes memory by the people of the rosters, not by people times items.
 */
export function planRoutes(manifest: Manifest, routes: Routes): RoutingPlan {
  const users = routes.users && new Set(routes.users);
  const rules = { ...routes, users, domains: new Set(routes.internalDomains) };
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
  const plan: RoutingPlan = { orders, unmapped: [], excluded: 0, failed: [] };
  const unmapped = new Set<string>();
  for (const entry of manifest.entries) {
    const roster = rosters[entry.roster];
    if (!roster) continue;
    plan.excluded += roster.excluded.size;
    for (const id of roster.outside) unmapped.add(id);
    if (!routes.catchAll) plan.failed.push(...failedCopies(entry, roster, routes));
  }
  if (routes.catchAll && needsCatchAll(manifest, rosters)) order(routes.catchAll);
  return { ...plan, unmapped: [...unmapped] };
}

/** The entries of one mailbox's order, in the manifest's order. */
export function orderEntries(
  manifest: Manifest,
  { catchAll }: Routes,
  { mailbox, sourceUsers }: PlannedOrder,
): OrderEntry[] {
  const isCatchAll = mailbox.id === catchAll?.id;
  return manifest.entries.flatMap(({ roster, audienceUnknown, ...entry }) => {
    const people = sourceUsers.get(roster);
    if (!people && !(isCatchAll && audienceUnknown)) return [];
    return [{ ...entry, sourceUsers: (people ?? []).filter(Boolean) }];
  });
}

interface Rules extends Omit<Routes, 'users'> {
  users: Set<string> | undefined;
  domains: Set<string>;
}

function planRoster(people: Person[], rules: Rules): RosterPlan {
  const plan: RosterPlan = {
    ...{ copies: new Map(), excluded: new Set(), homeless: [], outside: [] },
    reachesNobody: false,
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
    if (destination.kind === 'homeless') plan.homeless.push(person);
    if (destination.kind === 'outside') plan.outside.push(person.id);
  }
  plan.reachesNobody = plan.copies.size + plan.excluded.size + plan.homeless.length === 0;
  const { catchAll } = rules;
  if (catchAll) {
    for (const person of plan.homeless) addCopy(catchAll, person.id);
    if (plan.reachesNobody) addCopy(catchAll, '');
  }
  return plan;
}

function destinationOf(person: Person, rules: Rules): Destination {
  const address = addressOf(person);
  if (!address) return { kind: 'outside' };
  const mailbox = Object.hasOwn(rules.mailboxes, address)
    ? rules.mailboxes[address]
    : undefined;
  if (!mailbox && !rules.domains.has(domainOf(address))) return { kind: 'outside' };
  const names = [address, ...(mailbox ? [mailbox.address.toLowerCase()] : [])];
  if (!isWanted(names, rules.users)) {
    return { kind: 'excluded', who: mailbox?.id ?? address };
  }
  return mailbox ? { kind: 'mailbox', mailbox } : { kind: 'homeless' };
}

const isWanted = (addresses: string[], users: Set<string> | undefined): boolean =>
  !users ||
  addresses.some((address) => users.has(address) || users.has(domainOf(address)));

const needsCatchAll = (manifest: Manifest, rosters: RosterPlan[]): boolean =>
  manifest.entries.some(
    ({ audienceUnknown, roster }) => audienceUnknown || rosters[roster]?.reachesNobody,
  );

function failedCopies(
  entry: ManifestEntry,
  roster: RosterPlan,
  { withoutCatchAll }: Routes,
): Undelivered[] {
  const homeless = roster.homeless.map(({ id }) => ({
    ...undelivered(entry, id),
    reason: `This person of the organisation has no mailbox that could be found. ${withoutCatchAll}`,
  }));
  if (!roster.reachesNobody) return homeless;
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
