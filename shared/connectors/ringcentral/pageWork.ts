import type {
  ConnectorDeps,
  NewGap,
  PageRequest,
  PageResult,
  Reject,
  SourceRecord,
} from '../connector.ts';
import type { Downloads } from './files.ts';
import type { Library, OpenExport } from './library.ts';
import type { KnownPerson, RingCentralContext, Room, Thing } from './records.ts';

/** Texts may be long here: a page of so many bytes is large enough to be worth its while. */
const mostBytes = 3 * 1024 * 1024;

/** What all pages of a connector share. */
export interface Source {
  deps: ConnectorDeps;
  library: Library;
  downloads: Downloads;
}

/** A page under construction. */
export interface PageWork {
  request: PageRequest;
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
  /** Nothing of it would be lost with it. */
  isEmpty(): boolean;
  finish(next: string | undefined): Extract<PageResult, { kind: 'page' }>;
}

/** An empty page. */
export function createPageWork({ deps }: Source, request: PageRequest): PageWork {
  const { limits } = request;
  const records: SourceRecord[] = [];
  const rejects: Reject[] = [];
  const gaps: NewGap[] = [];
  const resolvedGaps: string[] = [];
  const givenUpGaps: string[] = [];
  const rooms = new Map<string, Room>();
  const people = new Map<string, KnownPerson>();
  const things = new Map<string, Thing>();
  const seen = new Set<string>();
  let bytes = 0;
  let touched = false;

  function put<T>(into: Map<string, T>, name: string, value: T): void {
    if (!into.has(name)) bytes += sizeOf(value) + name.length;
    into.set(name, value);
  }

  const work: PageWork = {
    request,
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
        bytes >= Math.min(limits.bytes, mostBytes) ||
        deps.clock.now() >= limits.until),
    isEmpty: () =>
      [records, rejects, gaps, resolvedGaps].every((all) => all.length === 0),
    itemsLeft: () => limits.items - records.length - rejects.length,
    finish(next) {
      const context: RingCentralContext = {
        organisation: work.open?.organisation ?? '',
        rooms: Object.fromEntries(rooms),
        people: Object.fromEntries(people),
        things: Object.fromEntries(things),
      };
      const closed = { resolvedGaps, givenUpGaps };
      return { kind: 'page', records, rejects, context, gaps, ...closed, next };
    },
  };
  return work;
}

const sizeOf = (value: unknown): number => JSON.stringify(value).length;
