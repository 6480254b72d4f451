import { z } from 'zod';
import {
  type ItemEvent,
  missingFileSchema,
  personSchema,
} from '../../archive/state/item.ts';
import { keyMaker } from '../item/key.ts';
import { chatMessageSchema } from './chat.ts';
import { meetingContextSchema } from './meeting.ts';

/** One line of a public chat, or what somebody did there. */
export const lineSchema = z.object({
  time: z.string(),
  who: z.string(),
  text: z.string(),
  /** What it is, where it is more than a message: "replied to …". */
  note: z.string().optional(),
  files: z.array(z.string()),
});
export type Line = z.infer<typeof lineSchema>;

const common = {
  /** The meeting's uuid, under which it stands in the context. */
  meeting: z.string(),
  missing: z.array(missingFileSchema).default([]),
  partial: z.string().optional(),
  /** Zoom's own JSON. */
  listed: z.unknown().optional(),
};

const audience = {
  author: personSchema,
  people: z.array(personSchema),
  isUnknown: z.boolean(),
};

/** What the record of a meeting holds. */
export const meetingRawSchema = z.object({
  ...common,
  kind: z.literal('meeting'),
  lines: z.array(lineSchema),
  notes: z.array(z.string()),
});

/** What the record of a message holds that was not to everyone. */
export const messageRawSchema = z.object({
  ...common,
  ...audience,
  kind: z.literal('message'),
  message: chatMessageSchema,
  /** What it edits, deletes or answers, where that is known. */
  about: chatMessageSchema.optional(),
  aboutAuthor: personSchema.optional(),
  /** Key of what it answers. */
  parent: z.string().optional(),
});

/** What the record of a file holds that is an email of its own. */
export const fileRawSchema = z.object({
  ...common,
  ...audience,
  kind: z.literal('file'),
  what: z.enum(['own', 'conversation', 'recording', 'shared']),
  /** Key of the meeting's email. */
  parent: z.string(),
});

/** What comes after the email of a meeting or a message. */
export const supplementRawSchema = z.object({
  ...common,
  kind: z.literal('supplement'),
  what: z.enum(['file', 'chat']),
  lines: z.array(lineSchema).default([]),
});

/** Everything that a record may hold. */
export const rawSchema = z.discriminatedUnion('kind', [
  meetingRawSchema,
  messageRawSchema,
  fileRawSchema,
  supplementRawSchema,
]);
export type Raw = z.infer<typeof rawSchema>;

/** What the records of a page share. */
export const contextSchema = z.object({
  /** By uuid. */
  meetings: z.record(z.string(), meetingContextSchema),
});
export type ZoomContext = z.infer<typeof contextSchema>;

/** Whose keys these are: the account, and the way in. */
export interface Origin {
  account: string;
  lane: string;
}

type Kind = 'meeting' | 'message' | 'file' | 'shared' | 'content' | 'unreadable';

const keyOf = (
  { account, lane }: Origin,
  kind: Kind,
  id: string,
  event: ItemEvent,
  revision = '',
): string => keyMaker('zoom', lane)(account, kind, id, event, revision);

/** The keys of all that this connector archives, from what a list or a chat says alone. */
export const keys = {
  meeting: (origin: Origin, uuid: string) => keyOf(origin, 'meeting', uuid, 'created'),
  /** Not an email: it is known as soon as the meeting itself is archived, and not before. */
  content: (origin: Origin, uuid: string) => keyOf(origin, 'content', uuid, 'created'),
  message: (origin: Origin, uuid: string, id: string) =>
    keyOf(origin, 'message', `${uuid} ${id}`, 'created'),
  change: (
    origin: Origin,
    uuid: string,
    about: string,
    event: 'edited' | 'deleted',
    id: string,
  ) => keyOf(origin, 'message', `${uuid} ${about}`, event, id),
  /** A file that is one person's own. */
  ownFile: (origin: Origin, uuid: string, fileId: string) =>
    keyOf(origin, 'file', `${uuid} ${fileId}`, 'created'),
  /** A file of the meeting, or one shared in its chat, as a supplement. */
  file: (origin: Origin, uuid: string, fileId: string) =>
    keyOf(origin, 'file', `${uuid} ${fileId}`, 'supplemented'),
  shared: (origin: Origin, uuid: string, fileId: string) =>
    keyOf(origin, 'shared', `${uuid} ${fileId}`, 'supplemented'),
  unreadable: (origin: Origin, hash: string) =>
    keyOf(origin, 'unreadable', hash, 'created'),
};
