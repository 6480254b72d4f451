import { encrypted } from './encrypted.ts';
import { base64, encodeId } from './ids.ts';
import type {
  Json,
  Occurrence,
  SimAction,
  SimPerson,
  SimRoom,
  SimStay,
  SimTeam,
  World,
} from './model.ts';

/** https://developer.webex.com/docs/api/v1/rooms/get-room-details */
export function roomJson(room: SimRoom, lastActivity: Date, now: Date): Json {
  const json = {
    id: room.id,
    title: room.title,
    type: room.type,
    isLocked: room.moderated,
    ...(room.team && { teamId: encodeId(room.teamIdType, room.team.uuid) }),
    lastActivity: lastActivity.toISOString(),
    creatorId: room.creator.id,
    created: room.created.toISOString(),
    ownerId: encodeId('ORGANIZATION', room.ownerOrgUuid),
    isAnnouncementOnly: room.announcementOnly,
    isReadOnly: false,
    isPublic: false,
    ...(room.description && { description: room.description }),
  };
  return encrypted(json, ['title'], room.decryptableFrom, now);
}

/** https://developer.webex.com/docs/api/v1/memberships/list-memberships */
export function membershipJson(stay: SimStay): Json {
  const { room, person } = stay;
  return {
    id: encodeId('MEMBERSHIP', `${person.uuid}:${room.uuid}`),
    roomId: room.id,
    personId: person.id,
    personEmail: person.address,
    personDisplayName: person.name,
    personOrgId: encodeId('ORGANIZATION', person.orgUuid),
    isModerator: stay.moderator,
    ...(!stay.viaTeam && { isRoomHidden: false, roomType: room.type }),
    isMonitor: stay.moderator,
    created: stay.from.toISOString(),
  };
}

/** https://developer.webex.com/docs/api/v1/teams/get-team-details */
export function teamJson(team: SimTeam): Json {
  return {
    id: team.id,
    name: team.name,
    description: team.description,
    created: team.created.toISOString(),
  };
}

/** https://developer.webex.com/docs/api/v1/people/list-people */
export function personJson(person: SimPerson): Json {
  const thin = {
    id: person.id,
    displayName: person.name,
    orgId: encodeId('ORGANIZATION', person.orgUuid),
    type: person.kind,
  };
  if (person.lookup === 'thin') return thin;
  const [firstName = '', ...others] = person.name.split(' ');
  return {
    ...thin,
    emails: [person.address],
    nickName: firstName,
    firstName,
    lastName: others.join(' '),
    created: person.created.toISOString(),
    lastModified: person.created.toISOString(),
    loginEnabled: 'true',
  };
}

/** https://developer.webex.com/docs/api/v1/attachment-actions/get-attachment-action-details */
export function actionJson(action: SimAction): Json {
  return {
    id: action.id,
    personId: action.person.id,
    roomId: action.message.room.id,
    type: 'submit',
    messageId: action.message.id,
    inputs: action.inputs,
    created: action.at.toISOString(),
  };
}

/** The answers themselves are not in the event. */
export function actionEventJson(action: SimAction): Json {
  const { inputs: _, ...thin } = actionJson(action);
  return thin;
}

/** `appId` is the string "null" and `orgId` no URI, as in the vendor's own example. */
export function eventJson(world: World, occurrence: Occurrence, now: Date): Json {
  return {
    id: encodeId('EVENT', occurrence.uuid),
    resource: occurrence.resource,
    type: occurrence.type,
    appId: 'null',
    actorId: occurrence.actor.id,
    orgId: base64(world.orgUuid),
    created: occurrence.at.toISOString(),
    data: occurrence.data(now),
  };
}
