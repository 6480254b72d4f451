import type { Log } from '../../log.ts';
import { Refusal } from '../http/vendorFaults.ts';
import type { KnownPerson } from '../item/knownPerson.ts';
import type { SymphonyClient } from './client.ts';
import type { Everybody } from './everybody.ts';
import { podOf } from './ids.ts';
import { knownUserSchema, nameOf } from './schema.ts';

/** https://rest-api.symphony.com/main/user-management/users-lookup-v3: at most 100 ids. */
const idsPerRequest = 100;
const mostKnown = 50_000;

/** Names and addresses of people that no roster tells, as of other pods; asked for once a run. */
export interface Directory {
  /** Who isn't found, and whom Symphony refuses to tell of, is simply not in the result. */
  lookUp(
    runId: string,
    ids: string[],
    organisation: string,
  ): Promise<Map<string, KnownPerson>>;
}

/** Whom nobody knows is not asked for again in the same run. */
export function createDirectory(
  client: SymphonyClient,
  everybody: Everybody,
  log: Log,
): Directory {
  let cachedRun = '';
  let known = new Map<string, KnownPerson | undefined>();

  async function ask(ids: string[]): Promise<void> {
    for (const id of ids) known.set(id, undefined);
    // A page without them would be given back: it may wait over its end.
    const { users = [] } = await client.users(ids, undefined);
    for (const item of users) {
      const { success, data } = knownUserSchema.safeParse(item);
      if (!success) continue;
      const name = nameOf(data);
      known.set(data.id, {
        ...(name && { name }),
        ...(data.emailAddress && { address: data.emailAddress }),
      });
    }
  }

  async function askAll(ids: string[]): Promise<void> {
    try {
      for (let start = 0; start < ids.length; start += idsPerRequest) {
        await ask(ids.slice(start, start + idsPerRequest));
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log.warn(`Some people stay without a name or an address: ${error.message}`);
    }
  }

  /** Who was deactivated is in the list of all users, and perhaps nowhere else. */
  async function askList(runId: string, ids: string[], organisation: string) {
    const lacking = ids.filter((id) => !known.get(id)?.address && isOf(organisation, id));
    if (lacking.length === 0) return;
    const all = await everybody(runId);
    for (const id of lacking) {
      const listed = all.get(id);
      if (listed) known.set(id, { ...listed, ...known.get(id) });
    }
  }

  return {
    async lookUp(runId, ids, organisation) {
      if (cachedRun !== runId || known.size > mostKnown) known = new Map();
      cachedRun = runId;
      const mine = known;
      try {
        const strangers = ids.filter((id) => !mine.has(id));
        await askAll(strangers);
        await askList(runId, strangers, organisation);
      } catch (error) {
        known = new Map();
        throw error;
      }
      return new Map(
        ids.flatMap((id) => {
          const person = mine.get(id);
          return person ? [[id, person] as const] : [];
        }),
      );
    },
  };
}

/** False for people of other pods, where the two pods are told. */
function isOf(organisation: string, id: string): boolean {
  const pod = podOf(id);
  return pod === undefined || pod === organisation || !/^\d+$/.test(organisation);
}
