import type { Person } from '../../archive/state/item.ts';
import type { ChatMessage } from './chat.ts';
import type { Groups } from './groups.ts';
import { type Attendee, isThere, plainPerson, type Roster } from './roster.ts';

/** Who had a message of a meeting's chat. */
export type Audience =
  /** Everyone in the meeting: it is part of the transcript. */
  | { kind: 'public' }
  /** These: it is an email of its own. `isUnknown`: perhaps others, too. */
  | { kind: 'some'; people: Person[]; isUnknown: boolean };

/** What tells who had a message: the people, the groups, and where it was said. */
export interface Room {
  roster: Roster;
  groups: Groups;
  host: Person | undefined;
  /** A room of its own, whose roster is of that room alone. */
  isBreakout: boolean;
  start: Date;
}

/** https://developers.zoom.us/docs/api/references/archived-json-schema/ (msg_extended_type) */
const places = {
  '01': 'meeting',
  '02': 'webinar',
  '03': 'breakout',
  '04': 'waiting',
  '05': 'backstage',
} as const;
type Place = (typeof places)[keyof typeof places];

const audiences = {
  '01': 'everyone',
  '02': 'hosts',
  '03': 'attendeeAndHosts',
  '04': 'direct',
  '05': 'waitingRoom',
  '06': 'hosts',
  '07': 'group',
} as const;
type AudienceDigits = (typeof audiences)[keyof typeof audiences];

/**
 * The audience of each message, by its id. Only what is to everyone in the meeting, beyond doubt,
 * is public; else those of whom we are sure have it, and the catch-all if there may be more.
 */
export function audiencesOf(messages: ChatMessage[], room: Room): Map<string, Audience> {
  const found = new Map<string, Audience>();
  for (const message of messages) {
    const name = message.about ?? message.maybeAbout;
    const about = name === undefined ? undefined : found.get(name);
    const audience = followed(message, about) ?? ownAudience(message, room);
    found.set(message.id, withoutWaiting(audience, room.roster));
  }
  return found;
}

/** An edit or a deletion was seen by those who had the message, and so was a reaction. */
function followed(
  { kind, digits }: ChatMessage,
  about: Audience | undefined,
): Audience | undefined {
  const isFollower = kind === 'deletion' || kind === 'edit' || kind === 'reaction';
  if (!isFollower || !about) return undefined;
  // What was private stays so, whatever the later one says of itself.
  return about.kind === 'some' || digits === undefined ? about : undefined;
}

function ownAudience(message: ChatMessage, room: Room): Audience {
  const sender = personOf(message.sender, room);
  const only = (people: (Person | undefined)[], isUnknown: boolean): Audience => ({
    kind: 'some',
    people: distinct([sender, ...people]),
    isUnknown,
  });
  if (message.isDoubtful) return only([], true);
  const { from, to, audience } = readDigits(message.digits);
  const isDirect = message.kind === 'private' || hasReceiver(message, audience);
  if (audience === 'group' || message.groupId) {
    const members = room.groups.inGroup(message.groupId ?? '', timeOf(message));
    return inLog(members, room, only);
  }
  if (isDirect) {
    const receiver = message.receiver && personOf(message.receiver, room);
    // To the hosts, too, as the digits say; who they all were, nobody tells.
    const others = audience === 'attendeeAndHosts' || audience === 'hosts';
    return only([receiver, ...(others ? [room.host] : [])], !receiver || others);
  }
  if (audience === 'hosts' || audience === 'attendeeAndHosts')
    return only([room.host], true);
  if (audience !== 'everyone') {
    return isAskedFor(message) ? { kind: 'public' } : only([], true);
  }
  if (from === 'breakout' && to === 'breakout') return inBreakout(message, room, only);
  if (from === 'backstage' && to === 'backstage') {
    const members = room.groups.backstage(timeOf(message));
    return inLog(members, room, only);
  }
  return isOpen(from) && isOpen(to) ? { kind: 'public' } : only([], true);
}

/** Some call everyone a receiver, too, by name alone. */
const hasReceiver = (
  { receiver }: ChatMessage,
  audience: AudienceDigits | undefined,
): boolean =>
  receiver !== undefined &&
  (audience !== 'everyone' ||
    receiver.id !== undefined ||
    receiver.address !== undefined);

/** Without digits: what is public by its kind. A reply or an edit may be of anything. */
const isAskedFor = ({ kind, digits, about }: ChatMessage): boolean => {
  if (digits !== undefined) return false;
  if (kind === 'message') return true;
  return (kind === 'reaction' || kind === 'feedback') && about === undefined;
};

type Only = (people: (Person | undefined)[], isUnknown: boolean) => Audience;

/** A breakout room has a chat of its own; in the main meeting's, stays tell who was where. */
function inBreakout(message: ChatMessage, room: Room, only: Only): Audience {
  const { attendees } = room.roster;
  const at = instantOf(message, room.start);
  if (!attendees || at === undefined) return only([], true);
  if (room.isBreakout) return only(thereAt(attendees, at), false);
  const writer = room.roster.find(message.sender);
  const names = new Set(
    (writer?.stays ?? []).flatMap((stay) =>
      stay.room && writer && isThere({ ...writer, stays: [stay] }, at) ? [stay.room] : [],
    ),
  );
  const [name, other] = names;
  if (name === undefined || other !== undefined) return only([], true);
  return only(thereAt(attendees, at, name), false);
}

const thereAt = (attendees: Attendee[], at: string, name?: string): Person[] =>
  attendees.filter((attendee) => isThere(attendee, at, name)).map(plainPerson);

/** The people of a group's log; who is not found was somebody all the same. */
function inLog(
  addresses: (string | undefined)[] | undefined,
  room: Room,
  only: Only,
): Audience {
  const people = trusted(addresses, room);
  return only(people, addresses === undefined || people.includes(undefined));
}

/** By addresses, which count only for those we know. */
const trusted = (
  addresses: (string | undefined)[] | undefined,
  { roster }: Room,
): (Person | undefined)[] =>
  (addresses ?? []).map((address) => {
    const attendee = address === undefined ? undefined : roster.find({ address });
    return attendee && plainPerson(attendee);
  });

function personOf(named: ChatMessage['sender'], { roster }: Room): Person | undefined {
  const attendee = roster.find(named);
  return attendee && plainPerson(attendee);
}

function withoutWaiting(audience: Audience, roster: Roster): Audience {
  if (audience.kind === 'public') return audience;
  const people = audience.people.filter((person) => !roster.isOnlyWaiting(person));
  return { ...audience, people };
}

function readDigits(digits = ''): {
  from: Place | undefined;
  to: Place | undefined;
  audience: AudienceDigits | undefined;
} {
  const pairs = digits.match(/^(?:\d\d){6}$/) ? (digits.match(/\d\d/g) ?? []) : [];
  return {
    from: lookUp(places, pairs[0]),
    to: lookUp(places, pairs[1]),
    audience: lookUp(audiences, pairs[4]),
  };
}

function lookUp<T>(table: Record<string, T>, name: string | undefined): T | undefined {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

const isOpen = (place: Place | undefined): boolean =>
  place === 'meeting' || place === 'webinar';

const timeOf = ({ archiveSeconds, seconds }: ChatMessage): number | undefined =>
  archiveSeconds ?? seconds;

/** When it was said: ISO 8601; undefined where the chat has another clock than the meeting. */
export const instantOf = (
  { seconds }: Pick<ChatMessage, 'seconds'>,
  start: Date,
): string | undefined =>
  seconds === undefined
    ? undefined
    : new Date(start.getTime() + seconds * 1000).toISOString();

function distinct(people: (Person | undefined)[]): Person[] {
  const known = people.filter((person) => person !== undefined);
  return [...new Map(known.map((person) => [person.id, person])).values()];
}
