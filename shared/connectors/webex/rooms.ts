import { Refusal } from '../http/vendorFaults.ts';
import { readable } from './ciphertext.ts';
import type { WebexClient } from './client.ts';
import { uuidOf } from './ids.ts';
import type { Member, RoomContext } from './records.ts';
import { membershipSchema } from './schema.ts';

export type Room = Omit<RoomContext, 'changes'>;

/** Rooms that are asked for again cost requests; those in memory cost memory. */
const mostRooms = 1000;
const mostMembers = 50_000;

/** What Webex calls a 1:1 space towards a compliance officer. */
const noTitle = 'Empty Title';

/** Rooms with their present members, once for each run. */
export interface Rooms {
  /** Throws a `VendorFault` or `WaitUntil`; what is refused for good is left out. */
  get(
    runId: string,
    roomId: string,
    roomType: string | undefined,
    until: Date | undefined,
  ): Promise<Room>;
}

export function createRooms(client: WebexClient): Rooms {
  let cachedRun = '';
  let cache = new Map<string, Promise<Room>>();
  let members = 0;

  function forget(runId: string): void {
    const isCrowded = cache.size >= mostRooms || members >= mostMembers;
    if (cachedRun === runId && !isCrowded) return;
    cachedRun = runId;
    cache = new Map();
    members = 0;
  }

  return {
    async get(runId, roomId, roomType, until) {
      forget(runId);
      const id = uuidOf(roomId);
      const mine = cache;
      const known = mine.get(id);
      if (known) return known;
      const loading = load(client, roomId, roomType, until);
      mine.set(id, loading);
      try {
        const room = await loading;
        if (mine === cache) members += room.members?.length ?? 0;
        return room;
      } catch (error) {
        mine.delete(id);
        throw error;
      }
    },
  };
}

async function load(
  client: WebexClient,
  roomId: string,
  roomType: string | undefined,
  until: Date | undefined,
): Promise<Room> {
  const room = await unlessRefused(client.room(roomId, until));
  const members = await unlessRefused(roster(client, roomId, until));
  const teamId = room?.teamId;
  const team = teamId ? await unlessRefused(client.team(teamId, until)) : undefined;
  const title = room?.errors?.title ? undefined : readable(room?.title)?.trim();
  const teamName = team?.errors?.name ? undefined : readable(team?.name)?.trim();
  return {
    id: uuidOf(roomId),
    isDirect: (room?.type ?? roomType) === 'direct',
    ...(title && title !== noTitle && { title }),
    ...(teamName && { team: teamName }),
    ...(teamId && uuidOf(teamId) === uuidOf(roomId) && { isGeneral: true }),
    ...(members && { members }),
  };
}

/** https://developer.webex.com/docs/api/v1/memberships/list-memberships */
async function roster(
  client: WebexClient,
  roomId: string,
  until: Date | undefined,
): Promise<Member[]> {
  const members = new Map<string, Member>();
  let url: URL | undefined = client.urlOf('/memberships', { roomId });
  while (url) {
    const page = await client.list({ url, what: 'the members of a space' }, until);
    for (const item of page.items) {
      const { success, data } = membershipSchema.safeParse(item);
      if (!success) continue;
      const id = uuidOf(data.personId);
      members.set(id, {
        id,
        ...(data.personDisplayName && { name: data.personDisplayName }),
        ...(data.personEmail && { address: data.personEmail }),
        ...(data.created && { since: data.created }),
      });
    }
    url = page.next;
  }
  return [...members.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function unlessRefused<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
