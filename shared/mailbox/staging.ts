import { z } from 'zod';
import { type Attachments, createAttachments } from './attachments.ts';
import { createMessage, deleteMessage } from './create.ts';
import { RemoteFault } from './faults.ts';
import type { Folders } from './folder.ts';
import type { Graph } from './graphClient.ts';
import type { Place } from './place.ts';

/** A message in the hidden folder; ids are immutable. */
export interface StagedMessage {
  id: string;
  folderId: string;
}

/**
 * Messages that are built with several requests, out of everybody's sight. They become mail by
 * being moved, which is the same message wherever it happens twice.
 */
export interface Staging {
  files: Attachments;
  create(body: string): Promise<StagedMessage>;
  /** The id of the folder where the message is now; undefined where it is nowhere. */
  whereIs(messageId: string): Promise<string | undefined>;
  move(place: Place, messageId: string): Promise<void>;
  /**
   * Removes what was left in the hidden folder, but for what is known to have been `moved` out
   * of it. Returns how many messages that were.
   */
  sweep(moved: Set<string>): Promise<number>;
}

const messageSchema = z.object({ id: z.string(), parentFolderId: z.string() });
const messagesSchema = z.object({ value: z.array(z.object({ id: z.string() })) });
const movedSchema = z.object({ id: z.string() });

/** The staging folder of one mailbox. */
export function createStaging(deps: {
  /** Leads through the mailbox's gate. */
  graph: Graph;
  folders: Folders;
  mailboxId: string;
  folderId(place: Place): Promise<string>;
}): Staging {
  const { graph, folders, mailboxId } = deps;
  const user = `/users/${encodeURIComponent(mailboxId)}`;
  const message = (id: string) => `${user}/messages/${encodeURIComponent(id)}`;

  /** A folder that is gone is forgotten, for whoever tries again. */
  async function create(body: string): Promise<StagedMessage> {
    const folderId = (await folders.staging(graph, mailboxId, true)) ?? '';
    try {
      return { id: await createMessage(graph, mailboxId, folderId, body), folderId };
    } catch (error) {
      if (isGone(error)) folders.forgetStaging(mailboxId);
      throw error;
    }
  }

  async function whereIs(messageId: string): Promise<string | undefined> {
    try {
      const path = `${message(messageId)}?$select=id,parentFolderId`;
      const found = await graph.request({ method: 'GET', path, answer: messageSchema });
      return found.parentFolderId;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** https://learn.microsoft.com/graph/api/message-move */
  async function move(place: Place, messageId: string): Promise<void> {
    const destinationId = await deps.folderId(place);
    try {
      await graph.request({
        ...{ method: 'POST', path: `${message(messageId)}/move`, answer: movedSchema },
        body: JSON.stringify({ destinationId }),
      });
    } catch (error) {
      if (isGone(error)) await folders.forget(mailboxId, place.folder, destinationId);
      throw error;
    }
  }

  /** A list may show for a while what was moved, and an id survives the move: each is asked. */
  async function sweep(moved: Set<string>): Promise<number> {
    const folderId = await folders.staging(graph, mailboxId, false);
    if (!folderId) return 0;
    const path = `${user}/mailFolders/${encodeURIComponent(folderId)}/messages`;
    const { value } = await graph.request({
      ...{ method: 'GET', answer: messagesSchema, path: `${path}?$select=id&$top=100` },
    });
    let swept = 0;
    for (const { id } of value) {
      if (moved.has(id) || (await whereIs(id)) !== folderId) continue;
      await deleteMessage(graph, mailboxId, id);
      swept++;
    }
    return swept;
  }

  const files = createAttachments(graph, mailboxId);
  return { files, create, whereIs, move, sweep };
}

const isGone = (error: unknown): boolean =>
  error instanceof RemoteFault && error.reaction === 'folderGone';
