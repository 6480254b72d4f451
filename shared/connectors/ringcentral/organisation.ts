import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { StateStore } from '../connector.ts';
import type { Survey } from './surveyTypes.ts';

const keptSchema = z.object({ organisation: z.string() });

/**
 * The account that owns the credentials: part of every item's key, so it is settled once and kept.
 * It is the one of who made the export, or else of most people in it.
 */
export function createOrganisation(state: StateStore, clientId: string) {
  const hash = createHash('sha256').update(clientId).digest('hex').slice(0, 16);
  const document = `organisation-${hash}`;
  let known: string | undefined;

  async function settle(organisation: string): Promise<string> {
    await state.write(document, { organisation }, 'absent');
    return (await state.read(document, keptSchema))?.value.organisation ?? organisation;
  }

  return async function organisation(
    { accounts, people, chats }: Survey,
    creatorId: string | undefined,
  ): Promise<string> {
    known ??= (await state.read(document, keptSchema))?.value.organisation;
    if (known !== undefined) return known;
    const told = accounts.get(creatorId ?? '') ?? mostCommon(accounts.values());
    // Nothing is settled by an export of nobody.
    if (people.size + chats.size === 0) return `client-${hash}`;
    known = await settle(told ?? `client-${hash}`);
    return known;
  };
}

function mostCommon(accounts: Iterable<string>): string | undefined {
  const counts = new Map<string, number>();
  for (const account of accounts) counts.set(account, (counts.get(account) ?? 0) + 1);
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return first?.[0];
}
