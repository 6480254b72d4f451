import type { Directory, MailboxRef } from '../directory/types.ts';
import type { UserMapping, UserMappings } from '../directory/userMappings.ts';
import { settledBefore } from './again/pageAgain.ts';
import { addressOf, settledName } from './destinations.ts';
import type { Person } from './state/item.ts';
import type { Manifest, Routes } from './state/manifests.ts';
import type { ArchiveStorage } from './state/storage.ts';

/** What finding mailboxes for people needs. */
export interface RulesDeps {
  storage: ArchiveStorage;
  directory: Directory;
  mappings: UserMappings;
  /** `UNMAPPED_MAILBOX`, an address. */
  unmappedMailbox: string | undefined;
}

/** What of a connector decides who gets what. */
export interface RoutingTarget {
  /** `_USERS`. */
  users: Set<string> | undefined;
  /** People are known by their chat address too. */
  chatAddresses?: boolean;
}

/**
 * What decides where a manifest's emails go: the custom mapping, then the directory, then the
 * catch-all. Throws whatever the directory throws.
 */
export async function findRoutes(
  deps: RulesDeps,
  target: RoutingTarget,
  connector: string,
  manifest: Manifest,
): Promise<Routes> {
  const { directory, unmappedMailbox } = deps;
  const people = manifest.rosters.flat();
  const mapping = await deps.mappings.inForce(connector);
  const settled = {
    ...(await findMapped(directory, mapping, people)),
    ...(await settledBefore(deps.storage, connector, manifest)),
  };
  const addresses = people.flatMap((person) =>
    Object.hasOwn(settled, settledName(person)) ? [] : (addressOf(person) ?? []),
  );
  const chat = target.chatAddresses ?? false;
  const catchAll = await findCatchAll(deps);
  return {
    mailboxes: Object.fromEntries(await directory.resolve(new Set(addresses), { chat })),
    settled,
    mappingVersion: mapping.version,
    internalDomains: [...(await directory.internalDomains())],
    ...(catchAll && { catchAll }),
    withoutCatchAll: unmappedMailbox
      ? 'The mailbox in UNMAPPED_MAILBOX was not found either: correct that setting.'
      : 'Set UNMAPPED_MAILBOX to a mailbox for such copies, or give the person one.',
    ...(target.users && { users: [...target.users] }),
  };
}

async function findMapped(
  directory: Directory,
  { mailboxFor }: UserMapping,
  people: Person[],
): Promise<Routes['settled']> {
  const mapped = people.flatMap((person) => {
    const address = mailboxFor(person);
    return address === undefined ? [] : [{ name: settledName(person), address }];
  });
  const found = await directory.resolve(new Set(mapped.map(({ address }) => address)));
  return Object.fromEntries(
    mapped.map(({ name, address }) => {
      const mailbox = found.get(address);
      return [name, { address, ...(mailbox && { mailbox }) }];
    }),
  );
}

async function findCatchAll(deps: RulesDeps): Promise<MailboxRef | undefined> {
  if (!deps.unmappedMailbox) return undefined;
  const found = await deps.directory.resolve([deps.unmappedMailbox]);
  return found.get(deps.unmappedMailbox.toLowerCase());
}
