import type { Person } from '../../archive/state/item.ts';
import type { ZoomClient } from './client.ts';
import { userSchema } from './schema.ts';

/** The account's own users, those who left included: their recordings still exist. */
export interface ZoomDirectory {
  byId(id: string | undefined): Person | undefined;
  byAddress(address: string | undefined): Person | undefined;
  /** Sorted. */
  ids: string[];
}

/** The users as a run has found them. */
export type Directories = (
  runId: string,
  until: Date | undefined,
) => Promise<ZoomDirectory>;

/** Read once for each run. */
export function createDirectories(client: ZoomClient): Directories {
  let current: { runId: string; directory: Promise<ZoomDirectory> } | undefined;
  return async function directoryOf(runId, until) {
    if (current?.runId !== runId) {
      const reading = { runId, directory: readDirectory(client, until) };
      current = reading;
      reading.directory.catch(() => {
        if (current === reading) current = undefined;
      });
    }
    return current.directory;
  };
}

/** https://developers.zoom.us/docs/api/users/#tag/users/get/users */
async function readDirectory(
  client: ZoomClient,
  until: Date | undefined,
): Promise<ZoomDirectory> {
  const users: Person[] = [];
  // Whoever is active by then is so in both lists: the later one is of now.
  for (const status of ['inactive', 'active']) {
    const query = { status };
    const list = { path: '/users', items: 'users', feature: 'users' as const, query };
    const found = await client.list(list, until);
    for (const item of found?.items ?? []) {
      const user = userSchema.safeParse(item).data;
      if (!user) continue;
      const names = [user.first_name, user.last_name].filter(Boolean).join(' ');
      const name = user.display_name || names;
      users.push({
        id: user.id,
        ...(name && { name }),
        ...(user.email && { address: user.email }),
      });
    }
  }
  return createDirectory(users);
}

/** A directory of these users. */
export function createDirectory(users: Person[]): ZoomDirectory {
  const byId = new Map(users.map((user) => [user.id, user]));
  const byAddress = new Map(
    users.flatMap((user) => (user.address ? [[sameAddress(user.address), user]] : [])),
  );
  return {
    byId: (id) => (id ? byId.get(id) : undefined),
    byAddress: (address) => (address ? byAddress.get(sameAddress(address)) : undefined),
    ids: [...byId.keys()].sort(),
  };
}

/** An address as it is compared. */
export const sameAddress = (address: string): string => address.trim().toLowerCase();
