import type { MailboxRef } from '../directory/types.ts';
import type { Person } from './item.ts';
import type { Manifest, ManifestEntry, Routes } from './manifests.ts';

/** What decides where a page's emails go. */
export interface RoutingRules {
  /** Address in lower case → mailbox. */
  mailboxes: Map<string, MailboxRef>;
  /** The organisation's own domains, lower case. */
  internalDomains: Set<string>;
  /** Where copies go that no mailbox is found for. */
  catchAll: MailboxRef | undefined;
  /** Why there is none: a sentence for the log. */
  withoutCatchAll: string;
  /** `_USERS`: addresses or domains, lower case; undefined lets everybody through. */
  users: Set<string> | undefined;
}

export const addressOf = (person: Person): string | undefined =>
  person.address?.trim().toLowerCase();

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

type Destination =
  | { kind: 'mailbox'; mailbox: MailboxRef }
  | { kind: 'excluded'; who: string }
  | { kind: 'homeless' }
  | { kind: 'outside' };

/** People → mailboxes for one manifest. Pure: what it says is kept and never asked again. */
export function route(manifest: Manifest, rules: RoutingRules): Routes {
  const orders = new Map<string, Routes['orders'][number]>();
  const routes: Routes = { orders: [], failed: [], unmapped: [], excluded: 0 };
  const unmapped = new Set<string>();

  for (const entry of manifest.entries) {
    const people = manifest.rosters[entry.roster] ?? [];
    const copies = new Map<string, { mailbox: MailboxRef; sourceUsers: string[] }>();
    const addCopy = (mailbox: MailboxRef, sourceUser: string) => {
      const copy = copies.get(mailbox.id) ?? { mailbox, sourceUsers: [] };
      copy.sourceUsers.push(sourceUser);
      copies.set(mailbox.id, copy);
    };
    const excluded = new Set<string>();
    const homeless: Person[] = [];

    for (const person of people) {
      const destination = destinationOf(person, rules);
      if (destination.kind === 'mailbox') addCopy(destination.mailbox, person.id);
      if (destination.kind === 'excluded') excluded.add(destination.who);
      if (destination.kind === 'homeless') homeless.push(person);
      if (destination.kind === 'outside') unmapped.add(person.id);
    }
    const reachesNobody = copies.size + excluded.size + homeless.length === 0;
    if (rules.catchAll) {
      for (const person of homeless) addCopy(rules.catchAll, person.id);
      if (reachesNobody || entry.audienceUnknown) addCopy(rules.catchAll, '');
    } else {
      routes.failed.push(...homeless.map((person) => homelessCopy(entry, person, rules)));
      if (reachesNobody) routes.failed.push(nobodysCopy(entry, rules));
    }
    routes.excluded += excluded.size;
    for (const { mailbox, sourceUsers } of copies.values()) {
      const order = orders.get(mailbox.id) ?? {
        mailboxId: mailbox.id,
        mailbox: mailbox.address,
        entries: [],
      };
      order.entries.push({ key: entry.key, sourceUsers: sourceUsers.filter(Boolean) });
      orders.set(mailbox.id, order);
    }
  }
  return { ...routes, orders: [...orders.values()], unmapped: [...unmapped] };
}

function destinationOf(person: Person, rules: RoutingRules): Destination {
  const address = addressOf(person);
  if (!address) return { kind: 'outside' };
  const mailbox = rules.mailboxes.get(address);
  if (!mailbox && !rules.internalDomains.has(domainOf(address))) {
    return { kind: 'outside' };
  }
  const names = [address, ...(mailbox ? [mailbox.address.toLowerCase()] : [])];
  if (!isWanted(names, rules.users)) {
    return { kind: 'excluded', who: mailbox?.id ?? address };
  }
  return mailbox ? { kind: 'mailbox', mailbox } : { kind: 'homeless' };
}

const isWanted = (addresses: string[], users: Set<string> | undefined): boolean =>
  !users ||
  addresses.some((address) => users.has(address) || users.has(domainOf(address)));

const undelivered = (entry: ManifestEntry, sourceUser: string, reason: string) => ({
  key: entry.key,
  itemId: entry.itemId,
  event: entry.event,
  at: entry.at,
  emailPath: entry.emailPath,
  sourceUser,
  reason,
});

const homelessCopy = (entry: ManifestEntry, person: Person, rules: RoutingRules) =>
  undelivered(
    entry,
    person.id,
    `This person of the organisation has no mailbox that could be found. ${rules.withoutCatchAll}`,
  );

const nobodysCopy = (entry: ManifestEntry, rules: RoutingRules) =>
  undelivered(
    entry,
    '',
    `Nobody who took part has a mailbox in the organisation. ${rules.withoutCatchAll}`,
  );
