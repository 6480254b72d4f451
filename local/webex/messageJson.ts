import { encrypted } from './encrypted.ts';
import type { Json, SimMessage, TextVersion } from './model.ts';

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
