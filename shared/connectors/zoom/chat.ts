import { z } from 'zod';

/** What a message of a meeting's chat is, whichever form the chat came in. */
export const chatKinds = [
  'message',
  'private',
  'deletion',
  'reaction',
  'feedback',
  'edit',
  'reply',
  'unknown',
] as const;
export type ChatKind = (typeof chatKinds)[number];

const partySchema = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  address: z.string().optional(),
});
/** Somebody as a chat names them. */
export type Party = z.infer<typeof partySchema>;

/** A file as the message names it with which it was shared. */
export const sharedInChatSchema = z.object({ id: z.string(), name: z.string() });

/** One message of a chat, in whichever form the chat came. */
export const chatMessageSchema = z.object({
  kind: z.enum(chatKinds),
  /** Identifies it within its meeting. */
  id: z.string(),
  /** Seconds since the meeting began; undefined where the chat has another clock. */
  seconds: z.number().optional(),
  /** Seconds since archiving began, by which logs of groups count. */
  archiveSeconds: z.number().optional(),
  /** The time as the chat has it. */
  time: z.string(),
  sender: partySchema,
  receiver: partySchema.optional(),
  text: z.string(),
  /** The message that this one deletes, edits, answers or reacts to. */
  about: z.string().optional(),
  /** What this may be about, if there is such a message: not all forms tell their own id from it. */
  maybeAbout: z.string().optional(),
  groupId: z.string().optional(),
  /** Zoom's twelve digits: from where to where, and to whom. */
  digits: z.string().optional(),
  /** The chat's form leaves open who had it. */
  isDoubtful: z.boolean().optional(),
  files: z.array(sharedInChatSchema),
  /** Zoom's own JSON. */
  listed: z.unknown().optional(),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** `01:02:03` → 3723. */
export function secondsOf(time: string | undefined): number | undefined {
  const [, hours, minutes, seconds] = /^(\d{1,3}):(\d\d):(\d\d)$/.exec(time ?? '') ?? [];
  if (hours === undefined) return undefined;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
