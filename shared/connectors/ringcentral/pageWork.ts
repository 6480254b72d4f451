import type { ConnectorDeps, PageRequest } from '../connector.ts';
import type { KnownPerson } from '../item/knownPerson.ts';
import {
  createPageDraft,
  type FinishedPage,
  type PageDraft,
  sizeOf,
} from '../page/pageDraft.ts';
import type { Downloads } from './files.ts';
import type { Library, OpenExport } from './library.ts';
import type { RingCentralContext, Room, Thing } from './records.ts';

/** What all pages of a connector share. */
export interface Source {
  deps: ConnectorDeps;
  library: Library;
  downloads: Downloads;
}

/** A page under construction. */
export interface PageWork extends PageDraft {
  /** Set before anything that needs it. */
  open: OpenExport | undefined;
  /** Puts a chat of the export into the context, with its people; false if there is none. */
  useRoom(id: string): boolean;
  /** Puts a chat as an earlier page knew it into the context. */
  keepRoom(name: string, room: Room): void;
  /** Somebody of whom the context should have a name and an address. */
  mention(id: string | undefined): void;
  /** Somebody as an earlier page knew them. */
  keepPerson(id: string, known: KnownPerson): void;
  keepThing(id: string, thing: Thing): void;
  finish(next: string | undefined): FinishedPage;
}

/** An empty page. */
export function createPageWork({ deps }: Source, request: PageRequest): PageWork {
  const draft = createPageDraft(request, deps.clock);
  const rooms = new Map<string, Room>();
  const people = new Map<string, KnownPerson>();
  const things = new Map<string, Thing>();

  function put<T>(into: Map<string, T>, name: string, value: T): void {
    if (!into.has(name)) draft.weigh(sizeOf(value) + name.length);
    into.set(name, value);
  }

  const work: PageWork = {
    ...draft,
    open: undefined,
    useRoom(id) {
      if (rooms.has(id)) return true;
      const chat = work.open?.survey.chats.get(id);
      if (!chat) return false;
      const { changed: _, ...room } = chat;
      put(rooms, id, room);
      for (const person of room.steady ?? []) work.mention(person);
      for (const stay of room.stays) work.mention(stay.id);
      return true;
    },
    keepRoom: (name, room) => put(rooms, name, room),
    mention(id) {
      const known = id === undefined ? undefined : work.open?.survey.people.get(id);
      if (id !== undefined && known && !people.has(id)) put(people, id, known);
    },
    keepPerson(id, known) {
      if (!people.has(id)) put(people, id, known);
    },
    keepThing: (id, thing) => put(things, id, thing),
    finish(next) {
      const context: RingCentralContext = {
        organisation: work.open?.organisation ?? '',
        rooms: Object.fromEntries(rooms),
        people: Object.fromEntries(people),
        things: Object.fromEntries(things),
      };
      return draft.close(context, next);
    },
  };
  return work;
}
