import { uuidFrom } from '../simulation/seeded.ts';
import { encodeId } from './ids.ts';
import type { SimPerson, SimRoom, SimStay, SimTeam, World } from './model.ts';
import { record, roomIsVisible } from './occurrences.ts';
import { membershipJson } from './resources.ts';

/** Everybody and everything without a time of its own is this old. */
export const longAgo = new Date('2020-01-01T09:00:00.000Z');
/** Whoever is not ours belongs here. */
export const otherOrg = uuidFrom('an organisation of somebody else');

export interface TeamOptions {
  name: string;
  creator: SimPerson;
  uuid?: string;
  description?: string;
  at?: Date;
}

/** A team, and its General space, whose uuid is the team's. */
export function addTeam(
  world: World,
  options: TeamOptions,
): { team: SimTeam; general: SimRoom } {
  const { name, creator, at = longAgo } = options;
  const uuid = options.uuid ?? uuidFrom(world.seed, 'team', world.teams.size);
  const team: SimTeam = {
    uuid,
    id: encodeId('TEAM', uuid),
    name,
    description: options.description ?? '',
    created: at,
  };
  world.teams.set(uuid, team);
  return { team, general: addRoom(world, { title: name, team, uuid, creator, at }) };
}

export interface RoomOptions {
  title: string;
  creator: SimPerson;
  /** Beside the creator, from the beginning. */
  members?: SimPerson[];
  uuid?: string;
  type?: SimRoom['type'];
  team?: SimTeam;
  teamIdType?: SimRoom['teamIdType'];
  /** Owned by another organisation. */
  external?: boolean;
  moderated?: boolean;
  announcementOnly?: boolean;
  description?: string;
  decryptableFrom?: Date;
  at?: Date;
}

export function addRoom(world: World, options: RoomOptions): SimRoom {
  const { creator, at = longAgo } = options;
  const uuid = options.uuid ?? uuidFrom(world.seed, 'room', world.rooms.size);
  const room: SimRoom = {
    uuid,
    id: encodeId('ROOM', uuid),
    type: options.type ?? 'group',
    title: options.title,
    ...(options.team && { team: options.team }),
    teamIdType: options.teamIdType ?? 'TEAM',
    creator,
    created: at,
    ownerOrgUuid: options.external ? otherOrg : world.orgUuid,
    moderated: options.moderated ?? false,
    announcementOnly: options.announcementOnly ?? false,
    ...(options.description && { description: options.description }),
    ...(options.decryptableFrom && { decryptableFrom: options.decryptableFrom }),
  };
  world.rooms.set(uuid, room);
  world.stays.set(uuid, []);
  const moderator = room.moderated;
  join(world, room, creator, { at, moderator });
  for (const member of options.members ?? []) join(world, room, member, { at });
  return room;
}

/** A 1:1 space; compliance officers see no title. */
export function addDirect(
  world: World,
  one: SimPerson,
  other: SimPerson,
  options: { at?: Date; uuid?: string; title?: string } = {},
): SimRoom {
  const { title = 'Empty Title', ...rest } = options;
  return addRoom(world, {
    ...rest,
    title,
    type: 'direct',
    creator: one,
    members: [other],
  });
}

export interface JoinOptions {
  at: Date;
  by?: SimPerson;
  moderator?: boolean;
  viaTeam?: boolean;
}

export function join(
  world: World,
  room: SimRoom,
  person: SimPerson,
  options: JoinOptions,
): SimStay {
  const { at, by = room.creator, moderator = false, viaTeam = false } = options;
  if (stayAt(world, room, person, at)) {
    throw new Error(`${person.name} is in "${room.title}" already.`);
  }
  const stay: SimStay = { room, person, from: at, moderator, viaTeam };
  world.stays.get(room.uuid)?.push(stay);
  recordStay(world, stay, 'created', at, by);
  return stay;
}

export function leave(
  world: World,
  room: SimRoom,
  person: SimPerson,
  options: { at: Date; by?: SimPerson },
): void {
  const stay = stayAt(world, room, person, options.at);
  if (!stay) throw new Error(`${person.name} is not in "${room.title}" then.`);
  stay.to = options.at;
  recordStay(world, stay, 'deleted', options.at, options.by ?? person);
}

/** Makes somebody a moderator, or no longer one: a membership that is updated. */
export function setModerator(
  world: World,
  room: SimRoom,
  person: SimPerson,
  options: { at: Date; moderator: boolean },
): void {
  const stay = stayAt(world, room, person, options.at);
  if (!stay) throw new Error(`${person.name} is not in "${room.title}" then.`);
  stay.moderator = options.moderator;
  recordStay(world, stay, 'updated', options.at, room.creator);
}

/** Who was in a room at an instant. */
export function stayAt(
  world: World,
  room: SimRoom,
  person: SimPerson,
  at: Date,
): SimStay | undefined {
  return world.stays
    .get(room.uuid)
    ?.find(
      (stay) =>
        stay.person === person &&
        stay.from <= at &&
        (stay.to === undefined || at < stay.to),
    );
}

function recordStay(
  world: World,
  stay: SimStay,
  type: 'created' | 'updated' | 'deleted',
  at: Date,
  actor: SimPerson,
): void {
  const data = membershipJson(stay);
  record(world, {
    resource: 'memberships',
    type,
    actor,
    at,
    subject: `${stay.room.uuid}:${stay.person.uuid}:${at.getTime()}`,
    visible: roomIsVisible(world, stay.room, stay.person),
    data: () => data,
  });
}
