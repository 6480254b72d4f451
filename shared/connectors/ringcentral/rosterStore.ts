import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { StateStore, Stored } from '../connector.ts';
import { type Roster, rosterSchema } from './roster.ts';

const shardSchema = z.object({ chats: z.record(z.string(), rosterSchema) });

const shards = 64;

/** The rosters of all chats that exports have shown, spread over some documents. */
export interface RosterStore {
  read(chatIds: Iterable<string>): Promise<Map<string, Roster>>;
  /** Keeps these; throws if somebody else wrote meanwhile. */
  keep(rosters: Map<string, Roster>): Promise<void>;
}

/** The store of a connector, in its own documents. */
export function createRosterStore(state: StateStore): RosterStore {
  return {
    async read(chatIds) {
      const found = new Map<string, Roster>();
      for (const [name, ids] of Map.groupBy(chatIds, documentOf)) {
        const kept = (await state.read(name, shardSchema))?.value.chats ?? {};
        for (const id of ids) {
          const roster = Object.hasOwn(kept, id) ? kept[id] : undefined;
          if (roster) found.set(id, roster);
        }
      }
      return found;
    },
    async keep(rosters) {
      for (const [name, own] of Map.groupBy(rosters, ([id]) => documentOf(id))) {
        const kept: Stored<z.infer<typeof shardSchema>> | undefined = await state.read(
          name,
          shardSchema,
        );
        const before = kept?.value.chats ?? {};
        const chats = { ...before, ...Object.fromEntries(own) };
        if (JSON.stringify(chats) === JSON.stringify(before)) continue;
        if (await state.write(name, { chats }, kept?.etag ?? 'absent')) continue;
        throw new Error('Another process reads the same chats.');
      }
    },
  };
}

const documentOf = (chatId: string): string => {
  const hash = createHash('sha256').update(chatId).digest();
  return `roster-${hash.readUInt16BE(0) % shards}`;
};
