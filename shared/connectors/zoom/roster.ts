import { z } from 'zod';
import { type Person, personSchema } from '../../archive/state/item.ts';
import { sameAddress, type ZoomDirectory } from './directory.ts';
import type { Row } from './participants.ts';
import { shortHash } from './shortHash.ts';

const staySchema = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  /** The breakout room of this stay. */
  room: z.string().optional(),
});
export type Stay = z.infer<typeof staySchema>;

/** Somebody who was in a meeting, with all their stays. An address is only there if it counts. */
export const attendeeSchema = personSchema.extend({ stays: z.array(staySchema) });
export type Attendee = z.infer<typeof attendeeSchema>;

/** Who was in a meeting, and how those whom its chat names are found among them. */
export interface Roster {
  /** Undefined where Zoom told nobody. */
  attendees: Attendee[] | undefined;
  /** Only in the waiting room: they saw nothing of the meeting. */
  isOnlyWaiting(person: Person): boolean;
  /** True of an address that somebody gave who is not proved to be one of ours. */
  isTyped(address: string | undefined): boolean;
  /**
   * The one whom a message or a file names; a guest, by what they typed, is found as a guest.
   * Undefined: nobody of whom we can be sure.
   */
  find(named: Named): Attendee | undefined;
}

/** How a message or a file names somebody. */
export interface Named {
  id?: string | undefined;
  address?: string | undefined;
  /** Asked only where there is neither of the two. */
  name?: string | undefined;
}

interface Entry {
  attendee: Attendee;
  /** Under which they go: Zoom's id, and one for each stay. */
  ids: Set<string>;
  /** What a guest typed. */
  typed: string | undefined;
  wasIn: boolean;
}

/**
 * An address counts only if Zoom says that the user is internal, or lists them in the account:
 * a guest may type any address.
 *
 * `known`: people who are proved by something else, such as a file of their own, unless a guest
 * gave the same address.
 */
export function createRoster(
  rows: Row[] | undefined,
  directory: ZoomDirectory,
  known: Attendee[] = [],
): Roster {
  const entries = new Map<string, Entry>();
  // Whatever the order in which Zoom lists them, the first of somebody's stays names them.
  for (const row of [...(rows ?? [])].sort(byJoin)) addRow(entries, row, directory);
  const typed = new Set([...entries.values()].map((entry) => entry.typed));
  const isTyped = (address: string | undefined) =>
    address !== undefined && address !== '' && typed.has(sameAddress(address));
  const proved = known.filter(({ address }) => !isTyped(address));
  for (const attendee of proved) addKnown(entries, attendee);
  const all = [...entries.values()];
  const inside = all.filter(({ wasIn }) => wasIn).map(({ attendee }) => attendee);
  for (const { attendee } of all) attendee.stays.sort(byTime);
  const isKnown = rows !== undefined || proved.length > 0;
  return {
    attendees: isKnown ? inside.sort(byArrival) : undefined,
    isTyped,
    isOnlyWaiting: ({ id }) => all.some((one) => one.attendee.id === id && !one.wasIn),
    find: (named) => find(all, named, directory),
  };
}

function addRow(entries: Map<string, Entry>, row: Row, directory: ZoomDirectory): void {
  const { person, typed } = personOf(row, directory);
  const entry = entries.get(person.id) ?? {
    attendee: { ...person, stays: [] },
    ...{ ids: new Set([person.id]), typed, wasIn: false },
  };
  entries.set(person.id, entry);
  for (const id of [row.id, row.user_id, row.participant_user_id]) {
    if (id) entry.ids.add(id);
  }
  if (row.status === 'in_waiting_room') return;
  entry.wasIn = true;
  entry.attendee.stays.push({
    ...(row.join_time && { from: row.join_time }),
    ...(row.leave_time && { to: row.leave_time }),
    ...(row.bo_mtg_id && { room: row.bo_mtg_id }),
  });
}

function addKnown(entries: Map<string, Entry>, attendee: Attendee): void {
  const entry = entries.get(attendee.id);
  if (entry?.wasIn) return;
  const { stays, ...person } = attendee;
  const before = entry?.attendee ?? person;
  entries.set(attendee.id, {
    attendee: { ...before, stays: [...stays] },
    ...{ ids: entry?.ids ?? new Set([attendee.id]), typed: undefined, wasIn: true },
  });
}

function personOf(
  row: Row,
  directory: ZoomDirectory,
): { person: Person; typed: string | undefined } {
  const { name, user_email: email } = row;
  const listed = directory.byId(row.id) ?? directory.byId(row.participant_user_id);
  const internal = row.internal_user && email ? directory.byAddress(email) : undefined;
  const user = listed ?? internal;
  if (user) return { person: { ...user, ...(name && { name }) }, typed: undefined };
  if (row.internal_user && email) {
    const person = { id: row.id || sameAddress(email), ...(name && { name }) };
    return { person: { ...person, address: email }, typed: undefined };
  }
  const person = { id: guestId(row), ...(name && { name }) };
  return { person, typed: email && sameAddress(email) };
}

/** A guest who joins again is the same one as far as name and typed address tell. */
function guestId({ id, registrant_id, name, user_email, user_id }: Row): string {
  if (id || registrant_id) return id || registrant_id || '';
  const marks = name || user_email ? [name ?? '', user_email ?? ''] : ['', '', user_id];
  return `guest-${shortHash(marks)}`;
}

function find(
  all: Entry[],
  { id, address, name }: Named,
  directory: ZoomDirectory,
): Attendee | undefined {
  const byId = id ? all.find(({ ids }) => ids.has(id)) : undefined;
  if (byId) return byId.attendee;
  const listed = directory.byId(id);
  if (listed) return { ...listed, stays: [] };
  if (address) return onlyOne(withAddress(all, sameAddress(address)));
  if (id || !name) return undefined;
  return onlyOne(all.filter(({ attendee }) => attendee.name === name));
}

/** Whoever claims it, rightly or not: two of them can't be told apart. */
const withAddress = (all: Entry[], address: string): Entry[] =>
  all.filter(
    ({ attendee, typed }) =>
      typed === address ||
      (attendee.address && sameAddress(attendee.address) === address),
  );

function onlyOne([first, second]: Entry[]): Attendee | undefined {
  return first && !second ? first.attendee : undefined;
}

/** True if they were there then; whose times are unknown counts as there. */
export const isThere = ({ stays }: Attendee, at: string, room?: string): boolean =>
  stays.some(
    (stay) =>
      (stay.from ?? at) <= at &&
      at <= (stay.to ?? at) &&
      (room === undefined || stay.room === room),
  );

/** Somebody without when they were there. */
export const plainPerson = ({ id, name, address }: Person): Person => ({
  id,
  ...(name && { name }),
  ...(address && { address }),
});

const byJoin = (a: Row, b: Row): number =>
  compare(a.join_time ?? '', b.join_time ?? '') ||
  compare(a.user_id ?? '', b.user_id ?? '');

const byTime = (a: Stay, b: Stay): number => compare(a.from ?? '', b.from ?? '');

const byArrival = (a: Attendee, b: Attendee): number =>
  compare(a.stays[0]?.from ?? '', b.stays[0]?.from ?? '') ||
  compare(a.name ?? '', b.name ?? '') ||
  compare(a.id, b.id);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
