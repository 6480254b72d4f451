import { z } from 'zod';
import type { StateStore } from '../connector.ts';
import { uuidOf } from './ids.ts';
import { type Change, changeSchema } from './records.ts';
import { membershipEventSchema } from './schema.ts';

/** Rooms are spread over so many documents, so that none of them grows large. */
const shards = 16;
const mostTries = 10;

const shardSchema = z.object({
  /** What another run left is of no use: it ends where this one begins. */
  runId: z.string(),
  rooms: z.record(z.string(), z.array(changeSchema)),
});
type Shard = z.infer<typeof shardSchema>;

export interface RoomChange {
  /** The room's uuid. */
  room: string;
  change: Change;
}

/** Who came and went in which room, as this run has read it, kept from page to page. */
export interface MembershipLog {
  /** Adding the same changes again changes nothing. */
  add(runId: string, changes: RoomChange[]): Promise<void>;
  of(runId: string, rooms: Iterable<string>): Promise<Map<string, Change[]>>;
}

export function createMembershipLog(state: StateStore): MembershipLog {
  async function merge(shard: number, runId: string, changes: RoomChange[]) {
    for (let tries = 0; tries < mostTries; tries++) {
      const kept = await state.read(nameOf(shard), shardSchema);
      const before = kept?.value.runId === runId ? kept.value.rooms : {};
      const rooms = withChanges(before, changes);
      if (await state.write(nameOf(shard), { runId, rooms }, kept?.etag ?? 'absent')) {
        return;
      }
    }
    throw new Error('The memberships could not be kept: others write them all the time.');
  }

  return {
    async add(runId, changes) {
      const byShard = Map.groupBy(changes, ({ room }) => shardOf(room));
      await Promise.all([...byShard].map(([shard, own]) => merge(shard, runId, own)));
    },

    async of(runId, rooms) {
      const byShard = Map.groupBy(rooms, shardOf);
      const found = new Map<string, Change[]>();
      const collect = async (shard: number, wanted: string[]) => {
        const kept = await state.read(nameOf(shard), shardSchema);
        if (kept?.value.runId !== runId) return;
        for (const room of wanted) found.set(room, kept.value.rooms[room] ?? []);
      };
      await Promise.all([...byShard].map(([shard, wanted]) => collect(shard, wanted)));
      return found;
    },
  };
}

/** What membership events say; those of moderators and the like say nothing here. */
export function changesIn(events: unknown[]): RoomChange[] {
  return events.flatMap((event) => {
    const parsed = membershipEventSchema.safeParse(event);
    if (!parsed.success) return [];
    const { type, created, data } = parsed.data;
    if (type !== 'created' && type !== 'deleted') return [];
    const joined = type === 'created';
    const change: Change = {
      id: uuidOf(data.personId),
      type: joined ? 'joined' : 'left',
      at: joined ? (data.created ?? created) : created,
      ...(data.personDisplayName && { name: data.personDisplayName }),
      ...(data.personEmail && { address: data.personEmail }),
    };
    return [{ room: uuidOf(data.roomId), change }];
  });
}

function withChanges(before: Shard['rooms'], changes: RoomChange[]): Shard['rooms'] {
  const rooms = new Map(Object.entries(before));
  for (const [room, own] of Map.groupBy(changes, (change) => change.room)) {
    const known = new Map((rooms.get(room) ?? []).map((one) => [identityOf(one), one]));
    for (const { change } of own) known.set(identityOf(change), change);
    const inOrder = [...known.values()].sort((a, b) => a.at.localeCompare(b.at));
    rooms.set(room, inOrder);
  }
  return Object.fromEntries(rooms);
}

const identityOf = ({ id, type, at }: Change): string => `${id}|${type}|${at}`;

const shardOf = (room: string): number =>
  [...room].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % shards;

const nameOf = (shard: number): string => `memberships-${shard}`;
