import type { MailboxRef } from '../directory/types.ts';
import { withoutSip } from '../directory/users.ts';
import type { Person } from './state/item.ts';
import type { Routes } from './state/manifests.ts';

/** An address as it is compared: without blanks and scheme, in lower case. */
export const addressOf = ({ address }: Person): string | undefined =>
  address === undefined ? undefined : withoutSip(address).toLowerCase();

/** Somebody as `Routes.settled` names them. */
export const settledName = (person: Person): string =>
  `${person.id}|${addressOf(person) ?? ''}`;

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** Where somebody's copies go. */
export type Destination =
  | { kind: 'mailbox'; mailbox: MailboxRef }
  | { kind: 'excluded'; who: string }
  | { kind: 'misled' }
  | { kind: 'homeless' }
  | { kind: 'outside' };

/** Routes, as they are looked up in. */
export interface Rules extends Omit<Routes, 'users'> {
  users: Set<string> | undefined;
  domains: Set<string>;
}

/** Made once for many people. */
export const rulesOf = (routes: Routes): Rules => ({
  ...routes,
  users: routes.users && new Set(routes.users),
  domains: new Set(routes.internalDomains),
});

/** Where these routes lead somebody. */
export function destinationOf(person: Person, rules: Rules): Destination {
  const address = addressOf(person);
  const settled = entryOf(rules.settled, settledName(person));
  const mailbox = settled ? settled.mailbox : entryOf(rules.mailboxes, address ?? '');
  const isOurs = settled || mailbox || (address && rules.domains.has(domainOf(address)));
  if (!isOurs) return { kind: 'outside' };
  const names = [address, settled?.address, mailbox?.address.toLowerCase()];
  const known = names.filter((name) => name !== undefined);
  if (!isWanted(known, rules.users)) {
    return { kind: 'excluded', who: mailbox?.id ?? known[0] ?? person.id };
  }
  if (mailbox) return { kind: 'mailbox', mailbox };
  return { kind: settled ? 'misled' : 'homeless' };
}

const entryOf = <T>(record: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const isWanted = (addresses: string[], users: Set<string> | undefined): boolean =>
  !users ||
  addresses.some((address) => users.has(address) || users.has(domainOf(address)));

/** The mailbox that gets somebody's copies: their own, or the catch-all in their stead. */
export function mailboxOf(person: Person, rules: Rules): MailboxRef | undefined {
  const destination = destinationOf(person, rules);
  if (destination.kind === 'mailbox') return destination.mailbox;
  return destination.kind === 'homeless' ? rules.catchAll : undefined;
}

/**
 * Those of a roster whom these routes lead to no mailbox of their own, by none of their
 * addresses. Whom `_USERS` keeps out is none of them.
 */
export function withoutMailbox(people: Person[], routes: Routes): Person[] {
  const rules = rulesOf(routes);
  const kinds = people.map((person) => destinationOf(person, rules).kind);
  const settled = new Set(
    people.flatMap(({ id }, i) => {
      const kind = kinds[i];
      return kind === 'mailbox' || kind === 'excluded' ? [id] : [];
    }),
  );
  return people.filter(({ id }) => !settled.has(id));
}
