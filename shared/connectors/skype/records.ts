import { z } from 'zod';
import { missingFileSchema, personSchema } from '../../archive/state/item.ts';
import { keyMaker } from '../item/key.ts';
import { rawEventSchema } from './rawEvent.ts';
import { rosterSchema } from './roster.ts';

const common = {
  missing: z.array(missingFileSchema).default([]),
  partial: z.string().optional(),
};

/** A message of a chat room, an upload, or an event of a kind that nobody knows. */
export const chatRawSchema = z.object({
  ...common,
  kind: z.literal('chat'),
  event: rawEventSchema,
  /** Where the room's roster is in the context; undefined where the file doesn't say which. */
  room: z.string().optional(),
  channel: z.record(z.string(), z.string()).optional(),
  /** Others than those on the roster may have been there. */
  isDoubtful: z.boolean(),
});
export type ChatRaw = z.infer<typeof chatRawSchema>;

/** A session, as Export-CsArchivingData writes it: one transcript. */
export const sessionRawSchema = z.object({
  ...common,
  kind: z.literal('session'),
  /** The file's own headers, as far as they are not about its form. */
  headers: z.array(z.string()),
  subject: z.string(),
  author: personSchema.optional(),
  people: z.array(personSchema),
  text: z.string(),
  html: z.string().optional(),
  hasDate: z.boolean(),
});
export type SessionRaw = z.infer<typeof sessionRawSchema>;

/** An upload that came after its message. */
export const uploadRawSchema = z.object({
  ...common,
  kind: z.literal('upload'),
  of: chatRawSchema.optional(),
});

export const rawSchema = z.discriminatedUnion('kind', [
  chatRawSchema,
  sessionRawSchema,
  uploadRawSchema,
]);
export type Raw = z.infer<typeof rawSchema>;

/** What the records of a page share: who was in which room, by the room's address. */
export const contextSchema = z.object({ rooms: z.record(z.string(), rosterSchema) });
export type SkypeContext = z.infer<typeof contextSchema>;

const keyOf = keyMaker('skype');
/** Nobody's credentials own a drop container: what was said is identified by its own ids. */
const nobodys = '';

/** The keys of all that this connector archives, made of content and never of a file's name. */
export const keys = {
  event: (id: string) => keyOf(nobodys, 'event', id, 'created'),
  /** By its content: each state of a session is an item of its own. */
  session: (content: string) => keyOf(nobodys, 'session', content, 'created'),
  upload: (of: string) => keyOf(nobodys, 'upload', of, 'supplemented'),
  rejected: (path: string, etag: string) => keyOf(nobodys, 'file', path, 'created', etag),
};
