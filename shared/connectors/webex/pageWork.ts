import type { ConnectorDeps, PageRequest } from '../connector.ts';
import type { KnownPerson } from '../item/knownPerson.ts';
import {
  createPageDraft,
  type FinishedPage,
  type PageDraft,
  sizeOf,
} from '../page/pageDraft.ts';
import type { WebexClient } from './client.ts';
import type { Downloads } from './files.ts';
import { uuidOf } from './ids.ts';
import type { MembershipLog } from './membershipLog.ts';
import { lookUpPeople } from './people.ts';
import type { RoomContext, WebexContext } from './records.ts';
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
export interface PageWork extends PageDraft {
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
  finish(next: string | undefined): Promise<FinishedPage>;
}

export function createPageWork(source: Source, request: PageRequest): PageWork {
  const { limits, runId } = request;
  const draft = createPageDraft(request, source.deps.clock);
  const rooms = new Map<string, RoomContext>();
  const people = new Map<string, { raw?: string; known: KnownPerson }>();
  const messages = new Map<string, Promise<Message>>();

  const addRoom = (name: string, room: RoomContext) => {
    if (!rooms.has(name)) draft.weigh(sizeOf(room));
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
    ...draft,
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
    async finish(next) {
      const context: WebexContext = {
        organisation: work.organisation,
        rooms: await withChanges(),
        people: await knownPeople(),
      };
      return draft.close(context, next);
    },
  };
  return work;
}
