import { z } from 'zod';
import { missingFileSchema } from '../../archive/state/item.ts';
import { itemKey } from '../key.ts';
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

export const knownPersonSchema = z.object({
  name: z.string().optional(),
  address: z.string().optional(),
});
export type KnownPerson = z.infer<typeof knownPersonSchema>;

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

const connectorType = 'webex';

const identity = (organisation: string, kind: string, id: string) => ({
  connectorType,
  organisation,
  lane: '',
  kind,
  id,
});

/** The keys of all that this connector archives, from what a list says alone. */
export const keys = {
  message: (organisation: string, messageId: string) =>
    itemKey({
      ...identity(organisation, 'message', uuidOf(messageId)),
      ...{ event: 'created', revision: '' },
    }),
  edit: (organisation: string, messageId: string, eventId: string) =>
    itemKey({
      ...identity(organisation, 'message', uuidOf(messageId)),
      ...{ event: 'edited', revision: uuidOf(eventId) },
    }),
  deletion: (organisation: string, messageId: string) =>
    itemKey({
      ...identity(organisation, 'message', uuidOf(messageId)),
      ...{ event: 'deleted', revision: '' },
    }),
  cardAnswer: (organisation: string, actionId: string) =>
    itemKey({
      ...identity(organisation, 'cardAnswer', uuidOf(actionId)),
      ...{ event: 'created', revision: '' },
    }),
  /** `of`: the file's position, or the key of the record whose text it is. */
  supplement: (
    organisation: string,
    kind: 'file' | 'text',
    messageId: string,
    of: string,
  ) =>
    itemKey({
      ...identity(organisation, kind, uuidOf(messageId)),
      ...{ event: 'supplemented', revision: of },
    }),
  unreadable: (organisation: string, hash: string) =>
    itemKey({
      ...identity(organisation, 'unreadable', hash),
      ...{ event: 'created', revision: '' },
    }),
};
