import type { ContainerClient } from '@azure/storage-blob';
import pLimit from 'p-limit';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { askInBatches, type PartAnswer } from '../mailbox/batch.ts';
import { localFault } from '../mailbox/faults.ts';
import type { Graph } from '../mailbox/graphClient.ts';
import { createDirectoryCache } from './cache.ts';
import { createDomains } from './domains.ts';
import { findMailboxes } from './mailboxes.ts';
import type { Directory, MailboxRef } from './types.ts';
import {
  askable,
  type Claim,
  claimOn,
  displayAddress,
  isGuest,
  surest,
  type User,
  userQuery,
  usersSchema,
  withoutSip,
} from './users.ts';

/** What the directory asks, and where it remembers. */
export interface DirectoryDeps {
  graph: Graph;
  /** `INTERNAL_DOMAINS`, in lower case. */
  internalDomains: string[] | undefined;
  /** The container `state`, where answers are kept. */
  cache: ContainerClient;
  clock: Clock;
  log: Log;
}

/** Microsoft Entra ID: whose mailbox an address is. */
export function createDirectory(deps: DirectoryDeps): Directory {
  const cache = createDirectoryCache(deps.cache, deps.clock);
  // One look-up at a time: the next one finds in the cache what this one asks.
  const inTurn = pLimit(1);

  async function complete(names: string[]) {
    const known = await cache.read(names);
    const unknown = names.filter((name) => !known.has(name));
    if (unknown.length === 0) return known;
    const asked = await ask(deps, unknown);
    await cache.keep(asked);
    return new Map([...known, ...asked]);
  }

  return {
    internalDomains: createDomains(deps),
    async resolve(addresses, by) {
      const wanted = [...addresses].flatMap(
        (address) => askable(withoutSip(address)) ?? [],
      );
      const nameOf = (address: string) => (by?.chat ? chatPrefix + address : address);
      const names = [...new Set(wanted)].map(nameOf);
      let known = await cache.read(names);
      if (known.size < names.length) {
        known = await inTurn(() => complete(names));
      }
      const found = [...known].flatMap(([name, mailbox]): [string, MailboxRef][] =>
        mailbox ? [[addressIn(name), mailbox]] : [],
      );
      return new Map(found);
    },
  };
}

/** Before an address that is asked for as a chat address too: the answer may be another one. */
const chatPrefix = 'sip:';
const isChat = (name: string): boolean => name.startsWith(chatPrefix);
const addressIn = (name: string): string =>
  isChat(name) ? name.slice(chatPrefix.length) : name;

/** A member who has an address, and how. */
interface Owner {
  user: User;
  claim: Claim;
}

/** Of each address, the one member who has it, and a mailbox. */
async function ask(
  deps: DirectoryDeps,
  names: string[],
): Promise<Map<string, MailboxRef | null>> {
  const owners = await findOwners(deps, names);
  const userIds = new Set([...owners.values()].flat().map(({ user }) => user.id));
  const withMailbox = await findMailboxes(deps, [...userIds]);
  const answers = new Map<string, MailboxRef | null>();
  for (const name of names) {
    const candidates = (owners.get(name) ?? []).filter(({ user }) =>
      withMailbox.has(user.id),
    );
    const [owner, second] = surest(candidates);
    if (owner && second) {
      const ids = candidates.map(({ user }) => user.id).join(', ');
      deps.log.warn(
        `One address belongs to several users, so none gets its mail: ${ids}`,
      );
    }
    const found = owner && !second && owner.user;
    answers.set(name, found ? { id: found.id, address: displayAddress(found) } : null);
  }
  return answers;
}

async function findOwners(
  deps: DirectoryDeps,
  names: string[],
): Promise<Map<string, Owner[]>> {
  const answers = await askFor(deps, names, isChat);
  // Not every directory can be searched for chat addresses: by the others rather than by none.
  const refused = names.filter((name) => isChat(name) && isRefused(answers.get(name)));
  const plain = await askFor(deps, refused, () => false);
  const owners = new Map<string, Owner[]>();
  for (const [name, answer] of new Map([...answers, ...plain])) {
    if (answer.ok) {
      const { data, success } = usersSchema.safeParse(answer.body);
      if (!success) throw localFault('UnreadableAnswer', true);
      owners.set(name, ownersAmong(data.value, name));
    } else if (!isRefused(answer)) {
      throw answer.fault;
    } else {
      deps.log.warn('The directory refuses to look up an address; it counts as unknown.');
    }
  }
  return owners;
}

/** What the directory answers, by name. */
async function askFor(
  { graph, clock }: DirectoryDeps,
  names: string[],
  asChat: (name: string) => boolean,
): Promise<Map<string, PartAnswer>> {
  const parts = names.map((name, i) =>
    userQuery(String(i), addressIn(name), asChat(name)),
  );
  const answers = await askInBatches(graph, clock, parts);
  return new Map(
    names.flatMap((name, i): [string, PartAnswer][] => {
      const answer = answers.get(String(i));
      return answer ? [[name, answer]] : [];
    }),
  );
}

const isRefused = (answer: PartAnswer | undefined): boolean =>
  answer?.ok === false && answer.fault.status === 400;

/** Whoever typed it in takes it from nobody who has it from the organisation. */
function ownersAmong(users: User[], name: string): Owner[] {
  const members = new Map(
    users.filter((user) => !isGuest(user)).map((user) => [user.id, user]),
  );
  const owners = [...members.values()].flatMap((user): Owner[] => {
    const claim = claimOn(user, addressIn(name), isChat(name));
    return claim ? [{ user, claim }] : [];
  });
  const given = owners.filter(({ claim }) => claim !== 'other');
  return given.length > 0 ? given : owners;
}
