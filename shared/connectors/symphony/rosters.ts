import { z } from 'zod';
import type { ConnectorDeps } from '../connector.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { textHash } from '../item/key.ts';
import type { SymphonyClient } from './client.ts';
import { type Stay, type StreamInfo, staySchema } from './records.ts';
import { memberSchema, nameOf } from './schema.ts';
import { afterLook, type Member } from './stays.ts';

/** Rosters that are asked for again cost requests; those in memory cost memory. */
const mostStreams = 1000;
const mostStays = 50_000;
const mostTries = 10;

const keptSchema = z.object({ stays: z.array(staySchema) });

/** Whose roster is wanted, and for which run. */
export interface RosterQuery {
  runId: string;
  info: StreamInfo;
  /** When the last run began, or the window that is read. */
  seenSince: Date;
  until: Date | undefined;
}

/** Who is and was in a stream. */
export interface Roster {
  stays: Stay[];
  /** Somebody is in it of whom it can't be read who it is. */
  isPartial: boolean;
}

/** Who is and was in the streams, looked at once for each run and kept for the next one. */
export interface Rosters {
  /**
   * Undefined where Symphony refuses to tell. Throws a `VendorFault` or `WaitUntil`.
   */
  get(query: RosterQuery): Promise<Roster | undefined>;
}

/** Rosters are kept in `state`, a document for each stream. */
export function createRosters(
  client: Pick<SymphonyClient, 'members'>,
  { state, clock, log }: Pick<ConnectorDeps, 'state' | 'clock' | 'log'>,
): Rosters {
  let cachedRun = '';
  let warnedRun = '';
  let cache = new Map<string, Promise<Roster | undefined>>();
  let staysHeld = 0;

  function forget(runId: string): void {
    const isCrowded = cache.size >= mostStreams || staysHeld >= mostStays;
    if (cachedRun === runId && !isCrowded) return;
    cachedRun = runId;
    cache = new Map();
    staysHeld = 0;
  }

  function warn(runId: string): void {
    if (warnedRun === runId) return;
    warnedRun = runId;
    log.warn(
      'Symphony refuses to tell who is in some streams: only the author gets a message there, and UNMAPPED_MAILBOX. Check that the service account has the role User Provisioning.',
    );
  }

  async function look(query: RosterQuery): Promise<Roster | undefined> {
    const { info, seenSince, until } = query;
    const found = await membersOf(client, info, until);
    if (!found) {
      warn(query.runId);
      return undefined;
    }
    const { members, isPartial } = found;
    for (let tries = 0; tries < mostTries; tries++) {
      const name = documentOf(info.id);
      const kept = await state.read(name, keptSchema);
      const before = kept?.value.stays ?? [];
      const stays = afterLook(before, members, clock.now(), seenSince);
      const isKept = await state.write(name, { stays }, kept?.etag ?? 'absent');
      if (isKept) return { stays, isPartial };
    }
    throw new Error('A roster could not be kept: others write it all the time.');
  }

  return {
    async get(query) {
      forget(query.runId);
      const mine = cache;
      const { id } = query.info;
      const known = mine.get(id);
      if (known) return known;
      const looking = look(query);
      mine.set(id, looking);
      try {
        const found = await looking;
        if (mine === cache) staysHeld += found?.stays.length ?? 0;
        return found;
      } catch (error) {
        mine.delete(id);
        throw error;
      }
    },
  };
}

const documentOf = (streamId: string): string => `roster-${textHash(streamId, 32)}`;

interface Members {
  members: Member[];
  isPartial: boolean;
}

async function membersOf(
  client: Pick<SymphonyClient, 'members'>,
  info: StreamInfo,
  until: Date | undefined,
): Promise<Members | undefined> {
  const known = new Map(info.members?.map((id) => [id, { id }]));
  try {
    return await listMembers(client, info.id, known, until);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return known.size > 0
      ? { members: [...known.values()], isPartial: false }
      : undefined;
  }
}

/** https://rest-api.symphony.com/main/streams-conversations/stream-members */
async function listMembers(
  client: Pick<SymphonyClient, 'members'>,
  streamId: string,
  known: Map<string, Member>,
  until: Date | undefined,
): Promise<Members> {
  const members = new Map(known);
  let isPartial = false;
  let before = '';
  for (let skip = 0; ; ) {
    const page = await client.members(streamId, skip, until);
    const listed = JSON.stringify(page.members);
    // Whoever skips nothing when asked to would be asked for ever.
    const isRepeated = listed === before;
    before = listed;
    for (const item of page.members) {
      const member = memberOf(item);
      if (member) members.set(member.id, member);
      else isPartial = true;
    }
    skip += page.members.length;
    // A short page is not the last one: a pod may give fewer than it is asked for.
    const isLast = page.count !== undefined && skip >= page.count;
    if (isLast || isRepeated || page.members.length === 0) {
      return { members: [...members.values()], isPartial };
    }
  }
}

function memberOf(item: unknown): Member | undefined {
  const { success, data } = memberSchema.safeParse(item);
  if (!success) return undefined;
  const { user, joinDate } = data;
  const id = user?.userId ?? data.id;
  const name = user && nameOf(user);
  if (id === undefined) return undefined;
  return {
    id,
    ...(name && { name }),
    ...(user?.email && { address: user.email }),
    ...(joinDate !== undefined && { joined: new Date(joinDate).toISOString() }),
  };
}
