import type { StateStore } from '../connector.ts';
import { createKeptOrganisation } from '../item/organisation.ts';
import type { Survey } from './surveyTypes.ts';

/** The account of who made the export, or else of most people in it. */
export function createOrganisation(state: StateStore, clientId: string) {
  const kept = createKeptOrganisation(state, clientId);
  return async (
    { accounts, people, chats }: Survey,
    creatorId: string | undefined,
  ): Promise<string> => {
    const known = await kept.known();
    if (known !== undefined) return known;
    const unknown = `client-${kept.mark}`;
    // Nothing is settled by an export of nobody.
    if (people.size + chats.size === 0) return unknown;
    const told = accounts.get(creatorId ?? '') ?? mostCommon(accounts.values());
    return kept.settle(told ?? unknown);
  };
}

function mostCommon(accounts: Iterable<string>): string | undefined {
  const counts = new Map<string, number>();
  for (const account of accounts) counts.set(account, (counts.get(account) ?? 0) + 1);
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return first?.[0];
}
