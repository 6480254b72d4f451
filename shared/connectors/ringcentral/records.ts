import { z } from 'zod';
import { missingFileSchema } from '../../archive/state/item.ts';
import { keyMaker } from '../item/key.ts';
import { knownPersonSchema } from '../item/knownPerson.ts';
import { staySchema } from './roster.ts';
import {
  eventSchema,
  fileSchema,
  noteSchema,
  otherSchema,
  postSchema,
  taskRecordSchema,
} from './schema.ts';

/** A chat as the export shows it, and who was in it when. */
export const roomSchema = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string().optional(),
  /** In at all times; undefined where the export does not tell who is in the chat. */
  steady: z.array(z.string()).optional(),
  stays: z.array(staySchema),
  /** The export counts more members than it names. */
  isPartial: z.boolean().optional(),
});
export type Room = z.infer<typeof roomSchema>;

/** Something that posts refer to by its id. */
export const thingSchema = z.object({ type: z.string(), title: z.string() });
export type Thing = z.infer<typeof thingSchema>;

/** What the records of a page share. */
export const contextSchema = z.object({
  organisation: z.string(),
  /** By id; a chat as an earlier page knew it also has that page's name in its key. */
  rooms: z.record(z.string(), roomSchema),
  people: z.record(z.string(), knownPersonSchema),
  things: z.record(z.string(), thingSchema),
});
export type RingCentralContext = z.infer<typeof contextSchema>;

const common = {
  /** Where the item's chats are in the context; the first one is its conversation. */
  rooms: z.array(z.string()),
  missing: z.array(missingFileSchema).default([]),
};

/** A record of the export, with its place in the page. */
export const itemRawSchema = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('post'), source: postSchema }),
  z.object({ ...common, kind: z.literal('task'), source: taskRecordSchema }),
  z.object({ ...common, kind: z.literal('note'), source: noteSchema }),
  z.object({ ...common, kind: z.literal('event'), source: eventSchema }),
  z.object({ ...common, kind: z.literal('file'), source: fileSchema }),
  /** Of a folder that this version does not know. */
  z.object({
    ...{ ...common, kind: z.literal('other'), source: otherSchema },
    folder: z.string(),
  }),
]);
export type ItemRaw = z.infer<typeof itemRawSchema>;
export type ItemKind = ItemRaw['kind'];

/** A file that follows an item which was archived without it. */
export const supplementRawSchema = z.object({
  kind: z.literal('supplement'),
  of: itemRawSchema,
  rooms: z.array(z.string()),
});

/** What a record of a page holds. */
export const rawSchema = z.union([itemRawSchema, supplementRawSchema]);
export type Raw = z.infer<typeof rawSchema>;

const keyOf = keyMaker('ringcentral');

/**
 * The keys of all that this connector archives, from the record alone. An export shows a record's
 * last state only: unchanged since it was made, changed at a time, or deleted.
 */
export const keys = {
  original: (organisation: string, kind: string, id: string) =>
    keyOf(organisation, kind, id, 'created'),
  edit: (organisation: string, kind: string, id: string, modified: string) =>
    keyOf(organisation, kind, id, 'edited', modified),
  deletion: (organisation: string, kind: string, id: string) =>
    keyOf(organisation, kind, id, 'deleted'),
  /** `of`: the key of the item that the file belongs to. */
  supplement: (organisation: string, fileId: string, of: string) =>
    keyOf(organisation, 'file', fileId, 'supplemented', of),
  unreadable: (organisation: string, hash: string) =>
    keyOf(organisation, 'unreadable', hash, 'created'),
};
