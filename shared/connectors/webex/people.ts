import type { Log } from '../../log.ts';
import { Refusal } from '../http/vendorFaults.ts';
import type { KnownPerson } from '../item/knownPerson.ts';
import type { WebexClient } from './client.ts';
import { uuidOf } from './ids.ts';
import { personSchema } from './schema.ts';

/** https://developer.webex.com/docs/api/v1/people/list-people: at most 85 ids. */
const idsPerRequest = 85;

/**
 * Names and addresses of people that neither a roster nor a membership event tells. Who isn't
 * found, and whom Webex refuses to tell of, is simply not in the result.
 */
export async function lookUpPeople(
  client: WebexClient,
  log: Log,
  ids: string[],
): Promise<Map<string, KnownPerson>> {
  const found = new Map<string, KnownPerson>();
  try {
    for (let start = 0; start < ids.length; start += idsPerRequest) {
      await lookUp(client, ids.slice(start, start + idsPerRequest), found);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log.warn(`Some people stay without a name: ${error.message}`);
  }
  return found;
}

/** One id that Webex can't read spoils the request: then it is asked in halves. */
async function lookUp(
  client: WebexClient,
  ids: string[],
  found: Map<string, KnownPerson>,
): Promise<void> {
  const url = client.urlOf('/people', { id: ids.join(',') });
  try {
    const { items } = await client.list({ url, what: 'the names of people' }, undefined);
    for (const item of items) {
      const { success, data } = personSchema.safeParse(item);
      if (!success) continue;
      const address = data.emails?.[0];
      found.set(uuidOf(data.id), {
        ...(data.displayName && { name: data.displayName }),
        ...(address && { address }),
      });
    }
  } catch (error) {
    if (!(error instanceof Refusal) || ![400, 404].includes(error.status)) throw error;
    if (ids.length === 1) return;
    const half = Math.ceil(ids.length / 2);
    await lookUp(client, ids.slice(0, half), found);
    await lookUp(client, ids.slice(half), found);
  }
}
