import type { StateStore } from '../connector.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { createKeptOrganisation } from '../item/organisation.ts';
import type { SymphonyClient } from './client.ts';
import { podOf } from './ids.ts';

/** The pod that owns the service account: the account's own id tells it. */
export function createOrganisation(
  client: SymphonyClient,
  state: StateStore,
  username: string,
) {
  const kept = createKeptOrganisation(state, username);

  async function ofAccount(until: Date | undefined): Promise<string> {
    try {
      const { id } = await client.session(until);
      return podOf(id) ?? `user-${id}`;
    } catch (error) {
      if (error instanceof Refusal) return `account-${kept.mark}`;
      throw error;
    }
  }

  return async (until: Date | undefined): Promise<string> =>
    (await kept.known()) ?? kept.settle(await ofAccount(until));
}
