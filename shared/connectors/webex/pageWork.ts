import type {
  ConnectorDeps,
  NewGap,
  PageRequest,
  PageResult,
  Reject,
  SourceRecord,
} from '../connector.ts';
import type { WebexClient } from './client.ts';
import type { Downloads } from './files.ts';
import { uuidOf } from './ids.ts';
import type { MembershipLog } from './membershipLog.ts';
import { lookUpPeople } from './people.ts';
import type { KnownPerson, RoomContext, WebexContext } from './records.ts';
import type { Rooms } from './rooms.ts';
import type { Message } from './schema.ts';

/** What all pages of a connector share. */
export interface Source {
  client: WebexClient;
  deps: ConnectorDeps;
  rooms: Rooms;
  downloads: Downloads;
  membershipLog: MembershipLog;
  organisation: (listed: unknown[], until: Date | undefined) => Promise<string>;
}

/** A page under construction. */
export interface PageWork {
  request: PageRequest;
  /** Set before anything that needs a key. */
  organisation: string;
  /** Fetches a room into the context, and says under which name it is there. */
  useRoom(roomId: string, roomType: string | undefined): Promise<string>;
  /** A message as it is now, asked for once for all that the page has of it. */
  message(id: string): Promise<Message>;
  /** Rooms were fetched for this page, so it matters who came and went in them. */
  hasFreshRooms(): boolean;
  /** Puts a room as an earlier page knew it into the context. */
  keepRoom(name: string, room: RoomContext): void;
  /** Somebody of whom the context should have a name and an address. */
  mention(personId: string | undefined, known?: KnownPerson): void;
  /** Somebody as an earlier page knew them. */
  keepPerson(id: string, known: KnownPerson): void;
  add(found: { record?: SourceRecord; reject?: Reject; gaps?: NewGap[] }): void;
  /** A gap is none any more; `gaveUp`: what was missing never came. */
  resolve(object: string, gaveUp: boolean): void;
  hasSeen(key: string): boolean;
  /** Something was done: closing the page now does not mean going in circles. */
  touch(): void;
  hasProgress(): boolean;
  /** No more fits on, by items, bytes or time. Never true for a page without progress. */
  isFull(): boolean;
  itemsLeft(): number;
  finish(next: string | undefined): Promise<FinishedPage>;
}

export type FinishedPage = Extract<PageResult, { kind: 'page' }>;

export function createPageWork(source: Source, request: PageRequest): PageWork {
  const { limits, runId } = request;
  const records: SourceRecord[] = [];
  const rejects: Reject[] = [];
  const gaps: NewGap[] = [];
  const resolvedGaps: string[] = [];
  const givenUpGaps: string[] = [];
  const rooms = new Map<string, RoomContext>();
  const people = new Map<string, { raw?: string; known: KnownPerson }>();
  const messages = new Map<string, Promise<Message>>();
  const seen = new Set<string>();
  let bytes = 0;
  let touched = false;

  const addRoom = (name: string, room: RoomContext) => {
    if (!rooms.has(name)) bytes += sizeOf(room);
    rooms.set(name, room);
  };

  /** The rooms that were fetched by this page, with who came and went in them. */
  async function withChanges(): Promise<WebexContext['rooms']> {
    const fresh = [...rooms].filter(([name, room]) => name === room.id);
    const ids = fresh.map(([name]) => name);
    const changes = await source.membershipLog.of(runId, ids);
    for (const [name, room] of fresh) {
      rooms.set(name, { ...room, changes: changes.get(name) ?? [] });
    }
    return Object.fromEntries(rooms);
  }

  async function knownPeople(): Promise<WebexContext['people']> {
    const { client, deps } = source;
    const covered = new Set(
      [...rooms.values()]
        .flatMap(({ members = [], changes }) =>
          [...members, ...changes].filter(({ name, address }) => name && address),
        )
        .map(({ id }) => id),
    );
    const wanted = [...people].flatMap(([id, { raw, known }]) =>
      raw !== undefined && !known.name && !covered.has(id) ? [raw] : [],
    );
    // A page without them would be given back: it may wait over its end.
    const found = await lookUpPeople(client, deps.log, wanted);
    return Object.fromEntries(
      [...people].map(([id, { known }]) => [id, { ...found.get(id), ...known }]),
    );
  }

  const work: PageWork = {
    request,
    organisation: '',
    async useRoom(roomId, roomType) {
      const room = await source.rooms.get(runId, roomId, roomType, limits.until);
      addRoom(room.id, { ...room, changes: [] });
      return room.id;
    },
    async message(rawId) {
      const id = uuidOf(rawId);
      const known = messages.get(id);
      if (known !== undefined) return known;
      const asking = source.client.message(rawId, limits.until);
      messages.set(id, asking);
      try {
        return await asking;
      } catch (error) {
        messages.delete(id);
        throw error;
      }
    },
    hasFreshRooms: () => [...rooms].some(([name, room]) => name === room.id),
    keepRoom: addRoom,
    mention(personId, known = {}) {
      if (personId === undefined) return;
      const id = uuidOf(personId);
      const before = people.get(id)?.known;
      people.set(id, { raw: personId, known: { ...before, ...known } });
    },
    keepPerson: (id, known) => void people.set(id, { ...people.get(id), known }),
    add(found) {
      touched = true;
      if (found.record) {
        records.push(found.record);
        bytes += sizeOf(found.record);
      }
      if (found.reject) rejects.push(found.reject);
      gaps.push(...(found.gaps ?? []));
    },
    resolve(object, gaveUp) {
      resolvedGaps.push(object);
      if (gaveUp) givenUpGaps.push(object);
    },
    hasSeen(key) {
      const isKnown = seen.has(key);
      seen.add(key);
      return isKnown;
    },
    touch: () => {
      touched = true;
    },
    hasProgress: () => touched,
    isFull: () =>
      touched &&
      (records.length + rejects.length >= limits.items ||
        bytes >= limits.bytes ||
        source.deps.clock.now() >= limits.until),
    itemsLeft: () => limits.items - records.length - rejects.length,
    async finish(next) {
      records.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
      const context: WebexContext = {
        organisation: work.organisation,
        rooms: await withChanges(),
        people: await knownPeople(),
      };
      const closed = { resolvedGaps, givenUpGaps };
      return { kind: 'page', records, rejects, context, gaps, ...closed, next };
    },
  };
  return work;
}

/** Answers come in any order; a page doesn't depend on it. */
const placeOf = ({ at, key }: SourceRecord): string => `${at} ${key}`;

const sizeOf = (value: unknown): number => JSON.stringify(value).length;
