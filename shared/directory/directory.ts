import type { ContainerClient } from '@azure/storage-blob';
import pLimit from 'p-limit';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { askInBatches } from '../mailbox/batch.ts';
import { localFault } from '../mailbox/faults.ts';
import type { Graph } from '../mailbox/graphClient.ts';
import { createDirectoryCache } from './cache.ts';
import { createDomains } from './domains.ts';
import { findMailboxes } from './mailboxes.ts';
import type { Directory, MailboxRef } from './types.ts';
import {
  askable,
  displayAddress,
  isGuest,
  owns,
  type User,
  userQuery,
  usersSchema,
} from './users.ts';

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

  async function complete(addresses: string[]) {
    const known = await cache.read(addresses);
    const unknown = addresses.filter((address) => !known.has(address));
    if (unknown.length === 0) return known;
    const asked = await ask(deps, unknown);
    await cache.keep(asked);
    return new Map([...known, ...asked]);
  }

  return {
    internalDomains: createDomains(deps),
    async resolve(addresses) {
      const wanted = [...addresses].flatMap((address) => askable(address) ?? []);
      const unique = [...new Set(wanted)];
      let known = await cache.read(unique);
      if (known.size < unique.length) {
        known = await inTurn(() => complete(unique));
      }
      const found = [...known].flatMap(([address, mailbox]): [string, MailboxRef][] =>
        mailbox ? [[address, mailbox]] : [],
      );
      return new Map(found);
    },
  };
}

/** Of each address, the one member who has it, and a mailbox. */
async function ask(
  deps: DirectoryDeps,
  addresses: string[],
): Promise<Map<string, MailboxRef | null>> {
  const owners = await findOwners(deps, addresses);
  const users = new Map([...owners.values()].flat().map((user) => [user.id, user]));
  const withMailbox = await findMailboxes(deps, [...users.keys()]);
  const answers = new Map<string, MailboxRef | null>();
  for (const address of addresses) {
    const candidates = (owners.get(address) ?? []).filter(({ id }) =>
      withMailbox.has(id),
    );
    const [user, second] = candidates;
    if (user && second) {
      const ids = candidates.map(({ id }) => id).join(', ');
      deps.log.warn(
        `One address belongs to several users, so none gets its mail: ${ids}`,
      );
    }
    const found = user && !second && { id: user.id, address: displayAddress(user) };
    answers.set(address, found || null);
  }
  return answers;
}

async function findOwners(
  { graph, clock, log }: DirectoryDeps,
  addresses: string[],
): Promise<Map<string, User[]>> {
  const parts = addresses.map((address, i) => userQuery(String(i), address));
  const answers = await askInBatches(graph, clock, parts);
  const owners = new Map<string, User[]>();
  addresses.forEach((address, i) => {
    const answer = answers.get(String(i));
    if (answer?.ok) {
      const { data, success } = usersSchema.safeParse(answer.body);
      if (!success) throw localFault('UnreadableAnswer', true);
      const own = data.value.filter((user) => owns(user, address) && !isGuest(user));
      owners.set(address, [...new Map(own.map((user) => [user.id, user])).values()]);
    } else if (answer && answer.fault.status !== 400) {
      throw answer.fault;
    } else {
      log.warn('The directory refuses to look up an address; it counts as unknown.');
    }
  });
  return owners;
}
