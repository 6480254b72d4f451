import type { StateStore } from '../connector.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { createKeptOrganisation } from '../item/organisation.ts';
import type { WebexClient } from './client.ts';
import { uuidOf } from './ids.ts';
import { anyEventSchema } from './schema.ts';

/** The uuid of an organisation: its account tells, or, where it may not be asked, the events. */
export function createOrganisation(
  client: WebexClient,
  state: StateStore,
  clientId: string,
) {
  const kept = createKeptOrganisation(state, clientId);
  return async (listed: unknown[], until: Date | undefined): Promise<string> =>
    (await kept.known()) ??
    kept.settle(
      (await ofAccount(client, until)) ?? ofEvents(listed) ?? `client-${kept.mark}`,
    );
}

/** https://developer.webex.com/docs/api/v1/people/get-my-own-details */
async function ofAccount(
  client: WebexClient,
  until: Date | undefined,
): Promise<string | undefined> {
  try {
    const { orgId } = await client.me(until);
    return orgId && uuidOf(orgId);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function ofEvents(listed: unknown[]): string | undefined {
  for (const event of listed) {
    const orgId = anyEventSchema.safeParse(event).data?.orgId;
    if (orgId) return uuidOf(orgId);
  }
  return undefined;
}
