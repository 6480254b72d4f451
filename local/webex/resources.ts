import { base64, encodeId } from './ids.ts';
import type {
  Json,
  Occurrence,
  SimAction,
  SimMessage,
  SimPerson,
  SimRoom,
  SimStay,
  SimTeam,
  TextVersion,
  World,
} from './model.ts';

/** What the vendor's key service leaves behind when it has no key for us. */
const ciphertext = base64(
  '{"alg":"dir","enc":"A256GCM","kid":"kms://kms-aore.wbx2.com"}',
);
const kmsReason = 'Key management server failed to respond appropriately.';

/** Fills fields with ciphertext where the keys are not there yet, and says so. */
function encrypted(
  json: Json,
  fields: string[],
  from: Date | undefined,
  now: Date,
): Json {
  if (!from || now >= from) return json;
  const hidden = fields.filter((field) => json[field] !== undefined);
  if (hidden.length === 0) return json;
  const failure = { code: 'kms_failure', reason: kmsReason };
  return {
    ...json,
    ...Object.fromEntries(hidden.map((field) => [field, `${ciphertext}..c2ltdWxhdGVk`])),
    errors: Object.fromEntries(hidden.map((field) => [field, failure])),
  };
}

/** https://developer.webex.com/docs/api/v1/messages/get-message-details */
export function messageJson(
  message: SimMessage,
  now: Date,
  fileUrl: (index: number) => string,
): Json {
  const version = currentVersion(message, now);
  const original = message.versions[0];
  const json = {
    id: message.id,
    ...(message.parent && { parentId: message.parent.id }),
    roomId: message.room.id,
    roomType: message.room.type,
    ...textOf(version),
    ...(message.files.length > 0 && { files: message.files.map((_, at) => fileUrl(at)) }),
    personId: message.author.id,
    personEmail: message.author.address,
    ...(message.mentioned.length > 0 && {
      mentionedPeople: message.mentioned.map((person) => person.id),
    }),
    ...(message.mentionsAll && { mentionedGroups: ['all'] }),
    ...(message.attachments.length > 0 && { attachments: message.attachments }),
    created: original.at.toISOString(),
    ...(version !== original && { updated: version.at.toISOString() }),
    isVoiceClip: message.voiceClip,
  };
  const fields = ['text', 'html', 'markdown'];
  return encrypted(json, fields, message.decryptableFrom, now);
}

function currentVersion(message: SimMessage, now: Date): TextVersion {
  return message.versions.findLast((version) => version.at <= now) ?? message.versions[0];
}

function textOf({ text, markdown, html }: TextVersion): Json {
  return {
    ...(text !== undefined && { text }),
    ...(markdown !== undefined && { markdown }),
    ...(html !== undefined && { html }),
  };
}

/** Thin: the text as it was then, and neither files nor the thread's root. */
export function messageEventJson(
  message: SimMessage,
  version: TextVersion,
  now: Date,
): Json {
  const json = {
    ...tombstoneJson(message),
    ...(version.text !== undefined && { text: version.text }),
    created: message.versions[0].at.toISOString(),
    ...(version !== message.versions[0] && { updated: version.at.toISOString() }),
  };
  return encrypted(json, ['text'], message.decryptableFrom, now);
}

export function tombstoneJson(message: SimMessage): Json {
  return {
    id: message.id,
    roomId: message.room.id,
    roomType: message.room.type,
    personId: message.author.id,
    personEmail: message.author.address,
  };
}

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
