import { attachmentJson } from './attachments.ts';
import type { Json, SimMessage, SimPerson, SimStream, World } from './model.ts';

const ms = (at: Date): number => at.getTime();

/** https://rest-api.symphony.com/main/messages/messages-v4; fields are null where there is nothing. */
export function messageJson(message: SimMessage, now: Date): Json {
  const { id, author, stream, at, parent, shared, initial, replacing } = message;
  const isSuppressed = message.suppressed !== undefined && message.suppressed <= now;
  const isHidden = message.decryptableFrom !== undefined && message.decryptableFrom > now;
  const isThere = !isSuppressed && !isHidden;
  return {
    messageId: id,
    timestamp: ms(at),
    message: isThere ? message.content : null,
    sharedMessage: shared && isThere ? messageJson(shared, now) : null,
    data: isThere && message.data ? JSON.stringify(message.data) : null,
    attachments:
      message.files.length > 0 && !isSuppressed
        ? message.files.map(attachmentJson)
        : null,
    user: {
      ...{ userId: author.userId, firstName: null, lastName: null },
      ...{ displayName: author.name, email: author.address ?? null },
      ...(!author.external && { username: author.address ?? null }),
    },
    stream: {
      ...{ streamId: stream.id, streamType: stream.type, roomName: stream.name ?? null },
      ...{ members: null, external: stream.external, crossPod: null },
    },
    externalRecipients: null,
    diagnostic: isHidden && !isSuppressed ? 'Failed to decrypt the message.' : null,
    userAgent: 'user-agent',
    originalFormat: 'com.symphony.messageml.v2',
    disclaimer: message.disclaimer ?? null,
    sid: 'bfda4d27-16bd-4092-a86f-173c1b974bdd',
    ...(parent && { parentMessageId: parent.id }),
    ...(replacing && { replacing: replacing.id }),
    ...(initial && { initialMessageId: initial.id, initialTimestamp: ms(initial.at) }),
    ...(isSuppressed && {
      suppressed: true,
      suppressionDate: ms(message.suppressed ?? at),
    }),
    ...message.garbled,
  };
}

export function streamJson(world: World, stream: SimStream, now: Date): Json {
  const { id, type, creator, created, active, external, name } = stream;
  const present = membersAt(stream, now);
  const times = world.messages
    .filter((one) => one.stream === stream && one.listedFrom <= now)
    .map(({ at }) => ms(at));
  return {
    ...{ id, isExternal: creator.external, isActive: active, type },
    ...{ crossPod: external, origin: creator.external ? 'EXTERNAL' : 'INTERNAL' },
    ...(type === 'ROOM' && { isPublic: false }),
    attributes: {
      ...(name !== undefined && { roomName: name, roomDescription: name }),
      ...((type === 'IM' || type === 'MIM') && {
        members: present.map(({ person }) => person.userId),
      }),
      createdByUserId: creator.userId,
      createdDate: ms(created),
      // No message changes it.
      lastModifiedDate: ms(created),
      originCompany: creator.company,
      membersCount: present.length,
      ...(times.length > 0 &&
        !stream.dateless && { lastMessageDate: Math.max(...times) }),
    },
  };
}

export const membersAt = (stream: SimStream, now: Date) =>
  stream.stays.filter(({ from, to }) => from <= now && !(to && to <= now));

export function memberJson(
  { person, from }: SimStream['stays'][number],
  stream: SimStream,
): Json {
  const { userId, address, name, company, external } = person;
  const isCreator = person === stream.creator;
  return {
    user: {
      ...{ userId, displayName: name, company, isExternal: external },
      ...(address !== undefined && { email: address }),
    },
    ...{ isOwner: isCreator, isCreator, joinDate: ms(from) },
  };
}

export const userJson = ({ userId, name, address, company, bot }: SimPerson): Json => ({
  ...{ id: userId, displayName: name, company, firstName: null, lastName: null },
  ...(address !== undefined && { emailAddress: address }),
  ...{ accountType: bot ? 'SYSTEM' : 'NORMAL', avatars: [] },
});
