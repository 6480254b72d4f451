import { uuidFrom } from '../simulation/seeded.ts';
import { encodeId } from './ids.ts';
import { messageEventJson, tombstoneJson } from './messageJson.ts';
import type { Json, SimAction, SimMessage, SimPerson, SimRoom, World } from './model.ts';
import {
  type FileOptions,
  newMessage,
  type PostOptions,
  versionOf,
} from './newMessage.ts';
import { record, roomIsVisible } from './occurrences.ts';
import { actionEventJson } from './resources.ts';
import { stayAt } from './rooms.ts';

const mostEdits = 10;

export function post(
  world: World,
  room: SimRoom,
  author: SimPerson,
  options: PostOptions,
): SimMessage {
  const { at } = options;
  mustBeMember(world, room, author, at);
  if (options.parent?.parent) throw new Error('Threads are one level deep.');
  const message = newMessage(world, room, author, options);
  world.messages.set(message.uuid, message);
  const version = message.versions[0];
  const { garbled } = options;
  recordMessage(world, message, 'created', at, author, {
    listedFrom: options.listedFrom,
    data: (now) =>
      'garbled' in options ? garbled : messageEventJson(message, version, now),
  });
  return message;
}

/** A message of files alone, unless there is a text too. */
export function share(
  world: World,
  room: SimRoom,
  author: SimPerson,
  files: FileOptions[],
  options: PostOptions,
): SimMessage {
  return post(world, room, author, { ...options, files });
}

/** Only the text of a message without files or cards can be edited, ten times. */
export function edit(
  world: World,
  message: SimMessage,
  options: { at: Date; text: string; html?: string; listedFrom?: Date },
): void {
  if (message.files.length > 0 || message.attachments.length > 0) {
    throw new Error('Messages with files or cards cannot be edited.');
  }
  if (message.versions.length > mostEdits) {
    throw new Error(`A message can be edited ${mostEdits} times.`);
  }
  const version = versionOf(options);
  message.versions.push(version);
  recordMessage(world, message, 'updated', options.at, message.author, {
    listedFrom: options.listedFrom,
    data: (now) => messageEventJson(message, version, now),
  });
}

/** By the author, if by nobody else. Where it is `kept`, the officer can read it on. */
export function remove(
  world: World,
  message: SimMessage,
  options: { at: Date; by?: SimPerson; kept?: boolean; listedFrom?: Date },
): void {
  if (message.deletion) throw new Error('The message is deleted already.');
  const { at, by = message.author, kept = true } = options;
  message.deletion = { at, by, kept };
  recordMessage(world, message, 'deleted', at, by, {
    listedFrom: options.listedFrom,
    data: () => tombstoneJson(message),
  });
}

/** Retention takes the content away; the events stay. */
export function expire(message: SimMessage, at: Date): void {
  message.expired = at;
}

/** Somebody answers a card. */
export function submitCard(
  world: World,
  message: SimMessage,
  person: SimPerson,
  options: { at: Date; inputs: Json; uuid?: string },
): SimAction {
  if (message.attachments.length === 0) throw new Error('The message has no card.');
  mustBeMember(world, message.room, person, options.at);
  const uuid = options.uuid ?? uuidFrom(world.seed, 'action', world.actions.size);
  const { at, inputs } = options;
  const id = encodeId('ATTACHMENT_ACTION', uuid);
  const action: SimAction = { uuid, id, message, person, at, inputs };
  world.actions.set(uuid, action);
  record(world, {
    resource: 'attachmentActions',
    type: 'created',
    actor: person,
    at,
    subject: uuid,
    visible: roomIsVisible(world, message.room, person),
    data: () => actionEventJson(action),
  });
  return action;
}

/** Whatever else /events may list: other resources, and ones that nobody knows yet. */
export function happen(
  world: World,
  actor: SimPerson,
  options: { at: Date; resource: string; type: string; data: unknown },
): void {
  const { data, ...rest } = options;
  const subject = `${rest.at.getTime()}:${world.occurrences.length}`;
  record(world, { ...rest, actor, subject, visible: true, data: () => data });
}

function recordMessage(
  world: World,
  message: SimMessage,
  type: 'created' | 'updated' | 'deleted',
  at: Date,
  actor: SimPerson,
  rest: { listedFrom: Date | undefined; data: (now: Date) => unknown },
): void {
  record(world, {
    resource: 'messages',
    type,
    actor,
    at,
    subject: `${message.uuid}:${message.versions.length}`,
    visible: roomIsVisible(world, message.room, message.author),
    ...rest,
  });
}

function mustBeMember(world: World, room: SimRoom, person: SimPerson, at: Date): void {
  if (stayAt(world, room, person, at)) return;
  throw new Error(`${person.name} is not in "${room.title}" then.`);
}
