import type { Clock } from '../clock.ts';
import { askInBatches } from '../mailbox/batch.ts';
import type { Graph } from '../mailbox/graphClient.ts';

/**
 * Which of these users have a mailbox that can be written to. Where this app may not look, there
 * is taken to be one: the import then says what permission is missing.
 */
export async function findMailboxes(
  { graph, clock }: { graph: Graph; clock: Clock },
  userIds: string[],
): Promise<Set<string>> {
  const parts = userIds.map((id) => ({
    id,
    url: `/users/${encodeURIComponent(id)}/mailFolders/inbox?$select=id`,
  }));
  const answers = await askInBatches(graph, clock, parts);
  const found = new Set<string>();
  for (const id of userIds) {
    const answer = answers.get(id);
    if (!answer) continue;
    if (answer.ok || answer.fault.status === 403) found.add(id);
    else if (answer.fault.status !== 404) throw answer.fault;
  }
  return found;
}
