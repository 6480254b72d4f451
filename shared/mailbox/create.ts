import { z } from 'zod';
import { localFault, RemoteFault } from './faults.ts';
import type { Graph } from './graphClient.ts';

const createdSchema = z.object({ id: z.string(), isDraft: z.boolean() });

/**
 * Makes the message, with one request that is never repeated here. Returns its immutable id.
 * A draft is removed again: it would not be archived mail.
 */
export async function createMessage(
  graph: Graph,
  mailboxId: string,
  folderId: string,
  body: string,
): Promise<string> {
  const user = `/users/${encodeURIComponent(mailboxId)}`;
  const made = await graph.request({
    ...{ method: 'POST', answer: createdSchema, body },
    path: `${user}/mailFolders/${encodeURIComponent(folderId)}/messages`,
  });
  if (!made.isDraft) return made.id;
  try {
    await deleteMessage(graph, mailboxId, made.id);
  } catch {
    // The look-up finds it, and tries again.
    throw localFault('UnreadableAnswer', false);
  }
  throw localFault('SavedAsDraft', false);
}

/** Removes a message of ours that should not be; one that is gone already is no fault. */
export async function deleteMessage(
  graph: Graph,
  mailboxId: string,
  messageId: string,
): Promise<void> {
  const path = `/users/${encodeURIComponent(mailboxId)}/messages/${encodeURIComponent(messageId)}`;
  try {
    await graph.request({ method: 'DELETE', path, answer: z.unknown() });
  } catch (error) {
    if (!(error instanceof RemoteFault && error.reaction === 'folderGone')) throw error;
  }
}
