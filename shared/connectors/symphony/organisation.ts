import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { StateStore } from '../connector.ts';
import { Refusal } from '../vendorFaults.ts';
import type { SymphonyClient } from './client.ts';
import { podOf } from './ids.ts';

const keptSchema = z.object({ organisation: z.string() });

/**
 * The pod that owns the service account: part of every item's key, so it is settled once and
 * kept. It is told by the account's own id.
 */
export function createOrganisation(
  client: SymphonyClient,
  state: StateStore,
  username: string,
) {
  const account = createHash('sha256').update(username).digest('hex').slice(0, 16);
  const document = `organisation-${account}`;
  let known: string | undefined;

  async function ofAccount(until: Date | undefined): Promise<string> {
    try {
      const { id } = await client.session(until);
      return podOf(id) ?? `user-${id}`;
    } catch (error) {
      if (error instanceof Refusal) return `account-${account}`;
      throw error;
    }
  }

  async function settle(organisation: string): Promise<string> {
    await state.write(document, { organisation }, 'absent');
    const kept = await state.read(document, keptSchema);
    return kept?.value.organisation ?? organisation;
  }

  return async function organisation(until: Date | undefined): Promise<string> {
    known ??= (await state.read(document, keptSchema))?.value.organisation;
    known ??= await settle(await ofAccount(until));
    return known;
  };
}
