import { z } from 'zod';
import { deleteMessage } from './create.ts';
import { RemoteFault } from './faults.ts';
import type { Graph } from './graphClient.ts';
import { keyProperty } from './message.ts';

const foundSchema = z.object({
  value: z.array(
    z.object({ id: z.string(), isDraft: z.boolean(), parentFolderId: z.string() }),
  ),
});

/**
 * The message of that key, wherever it is: in the folder where it belongs, then in the whole
 * mailbox, since people move what they get. A draft is no such message, and is removed; nor is
 * one in the folder where messages are built.
 */
export async function findMessage(
  graph: Graph,
  mailboxId: string,
  { folderId, key }: { folderId: string; key: string },
  isStaging: (folderId: string) => Promise<boolean>,
): Promise<string | undefined> {
  const user = `/users/${encodeURIComponent(mailboxId)}`;
  const places = [
    `${user}/mailFolders/${encodeURIComponent(folderId)}/messages`,
    `${user}/messages`,
  ];
  for (const place of places) {
    for (const { id, isDraft, parentFolderId } of await search(graph, place, key)) {
      if (parentFolderId !== folderId && (await isStaging(parentFolderId))) continue;
      if (!isDraft) return id;
      await deleteMessage(graph, mailboxId, id);
    }
  }
  return undefined;
}

/** https://learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get */
async function search(graph: Graph, place: string, key: string) {
  const value = key.replaceAll("'", "''");
  const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${keyProperty}' and ep/value eq '${value}')`;
  const query = `$filter=${encodeURIComponent(filter)}&$select=id,isDraft,parentFolderId`;
  try {
    const path = `${place}?${query}`;
    const found = await graph.request({ method: 'GET', path, answer: foundSchema });
    return found.value;
  } catch (error) {
    if (error instanceof RemoteFault && error.reaction === 'folderGone') return [];
    throw error;
  }
}
