import type { Clock } from '../clock.ts';
import { createMessage, deleteMessage } from './create.ts';
import { RemoteFault } from './faults.ts';
import type { Folders } from './folder.ts';
import { type Graph, throughGate } from './graphClient.ts';
import { type Lane, until } from './lane.ts';
import { findMessage } from './lookup.ts';
import type { Place } from './place.ts';
import { createStaging, type Staging } from './staging.ts';

/** Puts messages into one mailbox, and finds them there. */
export interface MailboxWriter {
  /**
   * Makes a message and returns its immutable id. `deadline`: when the request must be over, in
   * milliseconds since 1970; throws `IntentStale` where it could not be.
   */
  create(place: Place, body: string, deadline: () => number): Promise<string>;
  /** The id of the message with that key, wherever people moved it. */
  find(place: Place, key: string): Promise<string | undefined>;
  /** Removes a message that turned out to be a second copy. */
  discard(messageId: string): Promise<void>;
  /** Where messages are built that do not fit into one request. */
  staging: Staging;
}

/** All of its requests go through the lane. */
export function createMailboxWriter(deps: {
  graph: Graph;
  lane: Lane;
  folders: Folders;
  mailboxId: string;
  clock: Clock;
}): MailboxWriter {
  const { lane, folders, mailboxId, clock } = deps;
  const graph = throughGate(deps.graph, lane);
  const folderId = ({ folder, run }: Place) =>
    folders.find(graph, mailboxId, folder, run);

  return {
    async create(place, body, deadline) {
      const timed = throughGate(deps.graph, until(lane, deadline, clock));
      const id = await folderId(place);
      try {
        return await createMessage(timed, mailboxId, id, body);
      } catch (error) {
        if (!(error instanceof RemoteFault) || error.reaction !== 'folderGone')
          throw error;
        await folders.forget(mailboxId, place.folder, id);
        return createMessage(timed, mailboxId, await folderId(place), body);
      }
    },
    async find(place, key) {
      const isStaging = async (id: string) =>
        id === (await folders.staging(graph, mailboxId, false));
      const wanted = { folderId: await folderId(place), key };
      return findMessage(graph, mailboxId, wanted, isStaging);
    },
    discard: (messageId) => deleteMessage(graph, mailboxId, messageId),
    staging: createStaging({ graph, folders, mailboxId, folderId }),
  };
}
