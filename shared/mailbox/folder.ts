import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { localFault, RemoteFault } from './faults.ts';
import type { Graph } from './graphClient.ts';

const folderSchema = z.object({ id: z.string(), displayName: z.string() });
const foldersSchema = z.object({ value: z.array(folderSchema) });

/** Finds folders under the Inbox, making them where they are missing. */
export interface Folders {
  /** The id of the folder of that name. `run`: for which run, since it is found once for each. */
  find(graph: Graph, mailboxId: string, name: string, run: string): Promise<string>;
  /** The folder of that id, which was found, is not there any more. */
  forget(mailboxId: string, name: string, id: string): Promise<void>;
  /** The hidden folder where large messages are built; `make`: where it is missing. */
  staging(graph: Graph, mailboxId: string, make: boolean): Promise<string | undefined>;
  forgetStaging(mailboxId: string): void;
}

/** Its name is no one's: it lies beside the Inbox, and no client shows it. */
export const stagingFolder = '.archive-staging';

/** A folder that a user throws away keeps its id in Deleted Items, so none is known for long. */
const longestMs = 5 * 60_000;
const mostKnown = 10_000;

/** Finds folders, and remembers them for a run. */
export function createFolders(clock: Clock): Folders {
  const known = new Map<string, { id: Promise<string>; run: string; at: number }>();
  const stagings = new Map<string, { id: string; at: number }>();
  const nameOf = (mailboxId: string, name: string) => `${mailboxId}|${name}`;

  return {
    find(graph, mailboxId, name, run) {
      const now = clock.now().getTime();
      const entry = known.get(nameOf(mailboxId, name));
      if (entry?.run === run && now - entry.at < longestMs) return entry.id;
      const place = inboxPlace(mailboxId, name);
      const own = { id: findOrMake(graph, place), run, at: now };
      if (known.size >= mostKnown) known.clear();
      known.set(nameOf(mailboxId, name), own);
      own.id.catch(() => {
        if (known.get(nameOf(mailboxId, name)) === own) {
          known.delete(nameOf(mailboxId, name));
        }
      });
      return own.id;
    },
    async staging(graph, mailboxId, make) {
      const now = clock.now().getTime();
      const entry = stagings.get(mailboxId);
      if (entry && now - entry.at < longestMs) return entry.id;
      const place = stagingPlace(mailboxId);
      const id = await (make ? findOrMake(graph, place) : findIn(graph, place));
      if (stagings.size >= mostKnown) stagings.clear();
      if (id) stagings.set(mailboxId, { id, at: now });
      return id;
    },
    forgetStaging(mailboxId) {
      stagings.delete(mailboxId);
    },
    async forget(mailboxId, name, id) {
      const entry = known.get(nameOf(mailboxId, name));
      if ((await entry?.id) === id) known.delete(nameOf(mailboxId, name));
    },
  };
}

interface FolderPlace {
  /** The request for the folders beside it. */
  path: string;
  name: string;
  isHidden: boolean;
}

const foldersOf = (mailboxId: string) =>
  `/users/${encodeURIComponent(mailboxId)}/mailFolders`;

const inboxPlace = (mailboxId: string, name: string): FolderPlace => ({
  ...{ path: `${foldersOf(mailboxId)}/inbox/childFolders`, name, isHidden: false },
});

const stagingPlace = (mailboxId: string): FolderPlace => ({
  ...{ path: foldersOf(mailboxId), name: stagingFolder, isHidden: true },
});

/**
 * https://learn.microsoft.com/graph/api/mailfolder-post-childfolders and, for those beside the
 * Inbox, https://learn.microsoft.com/graph/api/user-post-mailfolders
 */
async function findOrMake(graph: Graph, place: FolderPlace): Promise<string> {
  const { path, name, isHidden } = place;
  const found = await findIn(graph, place);
  if (found) return found;
  try {
    const made = await graph.request({
      ...{ method: 'POST', path, answer: folderSchema },
      body: JSON.stringify({ displayName: name, ...(isHidden && { isHidden }) }),
    });
    return made.id;
  } catch (error) {
    // Two folders of one name can't be, so what may have been made can simply be looked for.
    const made = error instanceof RemoteFault && mayBeThere(error);
    const there = made ? await findIn(graph, place) : undefined;
    if (there) return there;
    if (made) throw localFault('FolderMissing', false);
    throw error;
  }
}

const mayBeThere = (fault: RemoteFault): boolean =>
  fault.reaction === 'unknown' || fault.code === 'ErrorFolderExists';

/** https://learn.microsoft.com/graph/api/mailfolder-list-childfolders */
async function findIn(graph: Graph, { path, name, isHidden }: FolderPlace) {
  const filter = encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`);
  const hidden = isHidden ? '&includeHiddenFolders=true' : '';
  const { value } = await graph.request({
    ...{ method: 'GET', answer: foldersSchema },
    path: `${path}?$filter=${filter}&$select=id,displayName&$top=10${hidden}`,
  });
  const same = (folder: { displayName: string }) =>
    folder.displayName.toLowerCase() === name.toLowerCase();
  return value.find(same)?.id;
}
