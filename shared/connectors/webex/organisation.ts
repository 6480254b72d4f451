import { z } from 'zod';
import type { StateStore } from '../connector.ts';
import { Refusal } from '../vendorFaults.ts';
import type { WebexClient } from './client.ts';
import { uuidOf } from './ids.ts';
import { anyEventSchema } from './schema.ts';
import { hashOf } from './tokens.ts';

const keptSchema = z.object({ organisation: z.string() });

/**
 * The uuid of the organisation that owns the credentials: part of every item's key, so it is
 * settled once and kept. The account itself tells, or, where it may not be asked, the events.
 */
export function createOrganisation(
  client: WebexClient,
  state: StateStore,
  clientId: string,
) {
  const document = `organisation-${hashOf(clientId)}`;
  let known: string | undefined;

  async function settle(organisation: string): Promise<string> {
    await state.write(document, { organisation }, 'absent');
    const kept = await state.read(document, keptSchema);
    return kept?.value.organisation ?? organisation;
  }

  return async function organisation(
    listed: unknown[],
    until: Date | undefined,
  ): Promise<string> {
    known ??= (await state.read(document, keptSchema))?.value.organisation;
    known ??= await settle(
      (await ofAccount(client, until)) ??
        ofEvents(listed) ??
        `client-${hashOf(clientId)}`,
    );
    return known;
  };
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
