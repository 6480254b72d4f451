import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { StateStore } from '../connector.ts';
import { hashOf } from '../item/key.ts';
import type { Session } from './eml.ts';
import { stampIn } from './moments.ts';

const shards = 64;
const mostTries = 10;
const dayMs = 24 * 60 * 60 * 1000;
/** A session that was not exported again for so long will not be. */
const keptMs = 60 * dayMs;

/** The keys of a session's states in the order in which they came, and when the last one did. */
const shardSchema = z.record(
  z.string(),
  z.object({ states: z.array(z.string()), seenAt: z.string() }),
);

/** One state of a session. */
export interface SessionState {
  session: string;
  key: string;
}

/** Which export is a session's first, and which ones follow it. */
export interface Sessions {
  /**
   * The state before each of these, by key; none for the first of a session. Asking again gives
   * the same answer.
   */
  formerOf(states: SessionState[]): Promise<Map<string, string>>;
}

export function createSessions(state: StateStore, clock: Clock): Sessions {
  async function relate(
    shard: string,
    states: SessionState[],
    former: Map<string, string>,
  ) {
    for (let tries = 0; tries < mostTries; tries++) {
      const kept = await state.read(shard, shardSchema);
      const now = clock.now().getTime();
      const known = Object.entries(kept?.value ?? {}).filter(
        ([, { seenAt }]) => now - Date.parse(seenAt) < keptMs,
      );
      const sessions = new Map(known);
      for (const { session, key } of states) {
        const before = sessions.get(session)?.states ?? [];
        const own = before.includes(key) ? before : [...before, key];
        sessions.set(session, { states: own, seenAt: clock.now().toISOString() });
        const last = own[own.indexOf(key) - 1];
        if (last !== undefined) former.set(key, last);
      }
      const value = Object.fromEntries(sessions);
      if (await state.write(shard, value, kept?.etag ?? 'absent')) return;
    }
    throw new Error('The sessions could not be kept: others write them all the time.');
  }

  return {
    async formerOf(states) {
      const former = new Map<string, string>();
      const byShard = Map.groupBy(
        states,
        ({ session }) => `sessions-${Number.parseInt(session.slice(0, 8), 16) % shards}`,
      );
      for (const [shard, own] of byShard) await relate(shard, own, former);
      return former;
    },
  };
}

/**
 * What stays the same when a session is exported again after it grew: the id that the file gives
 * it, or else how it began. Two people stay two people; a conference may be joined later.
 */
export function sessionOf(session: Session): string {
  const { messageId, at, author, people, text } = session;
  if (messageId) return hashOf(['id', messageId]);
  const opening = text.trim().split('\n', 1)[0]?.trim() ?? '';
  const isDated = stampIn(opening) !== undefined;
  const pair = people.length <= 2 ? people.map(({ id }) => id).sort() : [];
  return hashOf(['opening', isDated ? '' : at, author?.id ?? '', opening, pair]);
}

/** What makes one state of a session: the same however and however often it is exported. */
export const contentOf = ({ at, author, people, text, html, files }: Session): string =>
  hashOf([
    at ?? '',
    author?.id ?? '',
    people.map(({ id }) => id).sort(),
    text.replaceAll('\r\n', '\n').trim(),
    text.trim() ? '' : (html ?? ''),
    files.map(({ name, sha256 }) => [name, sha256]).sort(),
  ]);
