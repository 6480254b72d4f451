import { z } from 'zod';
import { missingFileSchema } from '../../archive/state/item.ts';
import { keyMaker } from '../item/key.ts';
import { knownPersonSchema } from '../item/knownPerson.ts';
import { uuidOf } from './ids.ts';
import { actionSchema, messageEventSchema, messageSchema } from './schema.ts';

/** Somebody who is in a room now, and since when. `id` is the uuid. */
export const memberSchema = z.object({
  id: z.string(),
  name: z.string().optional(),
  address: z.string().optional(),
  since: z.string().optional(),
});
export type Member = z.infer<typeof memberSchema>;

/** Somebody who joined a room or left it, from the membership events. */
export const changeSchema = z.object({
  id: z.string(),
  type: z.enum(['joined', 'left']),
  at: z.string(),
  name: z.string().optional(),
  address: z.string().optional(),
});
export type Change = z.infer<typeof changeSchema>;

export const roomContextSchema = z.object({
  /** The room's uuid. */
  id: z.string(),
  isDirect: z.boolean(),
  title: z.string().optional(),
  team: z.string().optional(),
  /** The space that each team begins with. */
  isGeneral: z.boolean().optional(),
  /** Undefined where Webex doesn't tell who is in it. */
  members: z.array(memberSchema).optional(),
  changes: z.array(changeSchema),
});
export type RoomContext = z.infer<typeof roomContextSchema>;

/** What the records of a page share. */
export const contextSchema = z.object({
  organisation: z.string(),
  /** By uuid; a room as an earlier page knew it also has that page's name in its key. */
  rooms: z.record(z.string(), roomContextSchema),
  people: z.record(z.string(), knownPersonSchema),
});
export type WebexContext = z.infer<typeof contextSchema>;

const common = {
  /** Where the room is in the context; undefined where it could not be had. */
  room: z.string().optional(),
  missing: z.array(missingFileSchema).default([]),
  partial: z.string().optional(),
};

export const messageRawSchema = z.object({
  ...common,
  kind: z.literal('message'),
  event: messageEventSchema,
  /** The message as it is now; undefined where Webex gives it no more. */
  message: messageSchema.optional(),
});
export type MessageRaw = z.infer<typeof messageRawSchema>;

export const answerRawSchema = z.object({
  ...common,
  kind: z.literal('answer'),
  /** The event's `data`, and what Webex says about it beside. */
  action: actionSchema,
});

/** What follows an item that could not be had as a whole. */
export const supplementRawSchema = z.object({
  ...common,
  kind: z.literal('supplement'),
  what: z.enum(['file', 'text']),
  /** The first record's `raw`: whose supplement it is. */
  of: messageRawSchema,
});

export const rawSchema = z.discriminatedUnion('kind', [
  messageRawSchema,
  answerRawSchema,
  supplementRawSchema,
]);
export type Raw = z.infer<typeof rawSchema>;

const keyOf = keyMaker('webex');

/** The keys of all that this connector archives, from what a list says alone. */
export const keys = {
  message: (organisation: string, messageId: string) =>
    keyOf(organisation, 'message', uuidOf(messageId), 'created'),
  edit: (organisation: string, messageId: string, eventId: string) =>
    keyOf(organisation, 'message', uuidOf(messageId), 'edited', uuidOf(eventId)),
  deletion: (organisation: string, messageId: string) =>
    keyOf(organisation, 'message', uuidOf(messageId), 'deleted'),
  cardAnswer: (organisation: string, actionId: string) =>
    keyOf(organisation, 'cardAnswer', uuidOf(actionId), 'created'),
  /** `of`: the file's position, or nothing for the text. */
  supplement: (
    organisation: string,
    kind: 'file' | 'text',
    messageId: string,
    of: string,
  ) => keyOf(organisation, kind, uuidOf(messageId), 'supplemented', of),
  unreadable: (organisation: string, hash: string) =>
    keyOf(organisation, 'unreadable', hash, 'created'),
};
