import { z } from 'zod';
import { missingFileSchema } from '../../archive/state/item.ts';
import { keyMaker } from '../item/key.ts';
import { knownPersonSchema } from '../item/knownPerson.ts';
import { messageSchema } from './schema.ts';

/** A stretch of time that somebody is in a stream, as far as it is known. ISO 8601, UTC. */
export const staySchema = z.object({
  /** The user's id. */
  id: z.string(),
  name: z.string().optional(),
  address: z.string().optional(),
  /** When they joined; absent where Symphony doesn't say. */
  joined: z.string().optional(),
  /** When a run saw them there first, and last. */
  first: z.string(),
  last: z.string(),
  /** From when on they don't count as there. */
  gone: z.string().optional(),
});
export type Stay = z.infer<typeof staySchema>;

/** A stream as the page knows it. */
export const streamContextSchema = z.object({
  id: z.string(),
  /** IM, MIM, ROOM, POST, or what Symphony may add. */
  type: z.string(),
  name: z.string().optional(),
  /** Undefined where Symphony doesn't tell who is in it. */
  stays: z.array(staySchema).optional(),
  /** Somebody is in it of whom it can't be read who it is. */
  isPartial: z.boolean().optional(),
});
export type StreamContext = z.infer<typeof streamContextSchema>;

/** What the records of a page share. */
export const contextSchema = z.object({
  organisation: z.string(),
  /** By id; a stream as an earlier page knew it also has that page's name in its key. */
  streams: z.record(z.string(), streamContextSchema),
  people: z.record(z.string(), knownPersonSchema),
});
export type SymphonyContext = z.infer<typeof contextSchema>;

/** A stream as the list tells of it. */
export const streamInfoSchema = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string().optional(),
  /** Ids of users; of an IM alone, whose two never change. */
  members: z.array(z.string()).optional(),
});
export type StreamInfo = z.infer<typeof streamInfoSchema>;

/** What converting needs of one item. */
export const rawSchema = z.object({
  kind: z.enum(['message', 'deletion', 'fileSupplement', 'textSupplement']),
  /** For a supplement: the message that it supplements. */
  message: messageSchema,
  info: streamInfoSchema,
  /** Where the stream is in the context; undefined where it could not be had. */
  stream: z.string().optional(),
  missing: z.array(missingFileSchema).default([]),
  partial: z.string().optional(),
});
export type Raw = z.infer<typeof rawSchema>;

const keyOf = keyMaker('symphony');

/** The keys of all that this connector archives, from what a list says alone. */
export const keys = {
  message: (organisation: string, messageId: string) =>
    keyOf(organisation, 'message', messageId, 'created'),
  /** Each version of a message has an id of its own. */
  edit: (organisation: string, versionId: string) =>
    keyOf(organisation, 'message', versionId, 'edited', versionId),
  deletion: (organisation: string, messageId: string) =>
    keyOf(organisation, 'message', messageId, 'deleted'),
  /** `of`: the file's position, or nothing for the text. */
  supplement: (
    organisation: string,
    kind: 'file' | 'text',
    messageId: string,
    of: string,
  ) => keyOf(organisation, kind, messageId, 'supplemented', of),
  unreadable: (organisation: string, hash: string) =>
    keyOf(organisation, 'unreadable', hash, 'created'),
};
