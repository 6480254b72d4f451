import type { Log } from '../../log.ts';
import type { KnownPerson } from '../item/knownPerson.ts';
import { isItemFault } from '../page/sourceFaults.ts';
import type { SymphonyClient } from './client.ts';
import { type ListedUser, listedUserSchema, nameOf } from './schema.ts';

/** The pod's own people, those who were deactivated too. */
export type Everybody = (runId: string) => Promise<Map<string, KnownPerson>>;

/**
 * The list of all users is long, and may be refused to the account, so it is read only when
 * somebody's address is told nowhere else, and once a run.
 */
export function createEverybody(client: SymphonyClient, log: Log): Everybody {
  let cached: { runId: string; people: Map<string, KnownPerson> } | undefined;

  async function readAll(): Promise<Map<string, KnownPerson>> {
    const people = new Map<string, KnownPerson>();
    for (let skip = 0, before = -1; people.size > before; ) {
      before = people.size;
      const users = await client.everybody(skip, undefined);
      for (const user of users) {
        const { data } = listedUserSchema.safeParse(user);
        if (data) people.set(data.userSystemInfo.id, knownOf(data.userAttributes));
      }
      skip += users.length;
    }
    return people;
  }

  return async (runId) => {
    if (cached?.runId === runId) return cached.people;
    try {
      cached = { runId, people: await readAll() };
    } catch (error) {
      if (!isItemFault(error)) throw error;
      log.warn(
        `People who were deactivated may stay without an address: ${error.message}`,
      );
      cached = { runId, people: new Map() };
    }
    return cached.people;
  };
}

function knownOf(user: ListedUser['userAttributes']): KnownPerson {
  const name = nameOf(user);
  return {
    ...(name && { name }),
    ...(user.emailAddress && { address: user.emailAddress }),
  };
}
