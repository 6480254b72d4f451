import { z } from 'zod';
import { content } from '../item/content.ts';
import { isPlausible } from '../item/plausible.ts';
import { safeId } from './ids.ts';

/** The greatest that is a date at all. */
const lastMs = 8.64e15;

/** Milliseconds since 1970; some answers have them in a string. */
export const instantMs = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .pipe(z.number().int().min(0).max(lastMs));

const plausibleMs = instantMs.refine(isPlausible, 'This is no date.');

/** Users have numbers; they are long, and some answers have them in a string. */
export const userId = z
  .union([z.number().int().positive(), z.string().regex(/^\d+$/)])
  .transform(String);

const id = z.string().min(1).transform(safeId);

/** Fields that are null, or of another type than documented, are as good as absent. */
const text = z.string().optional().catch(undefined);
const someId = id.optional().catch(undefined);
const someMs = plausibleMs.optional().catch(undefined);
const count = z.number().optional().catch(undefined);
const list = z.array(z.unknown()).optional().catch(undefined);

/** Who wrote something, or is a member. */
export const userSchema = z.looseObject({
  userId,
  displayName: text,
  firstName: text,
  lastName: text,
  email: text,
});
export type User = z.infer<typeof userSchema>;

/** A file as its message names it: its type is not told. */
export const attachmentSchema = z.looseObject({
  id: z.string().min(1),
  name: text,
  size: count,
});
export type Attachment = z.infer<typeof attachmentSchema>;

/**
 * The list's messages are parsed one by one, so that one bad message spoils no page.
 *
 * https://rest-api.symphony.com/main/messages/messages-v4
 */
export const messageSchema = z.looseObject({
  messageId: id,
  timestamp: instantMs,
  message: content,
  data: text,
  user: userSchema.optional().catch(undefined),
  stream: z
    .looseObject({ streamId: someId, streamType: text, roomName: text })
    .optional()
    .catch(undefined),
  attachments: z
    .array(z.unknown())
    .optional()
    // What is no list still holds the place of a file.
    .catch(({ value }) => (value === null ? undefined : [value])),
  sharedMessage: z.unknown().optional(),
  parentMessageId: someId,
  replacing: someId,
  initialMessageId: someId,
  diagnostic: text,
  disclaimer: text,
  suppressed: z.boolean().optional().catch(undefined),
  suppressionDate: someMs,
});
export type Message = z.infer<typeof messageSchema>;

/** What every message has, to find one's way in a list. */
export const anyMessageSchema = z.looseObject({ messageId: someId, timestamp: someMs });

/** https://rest-api.symphony.com/main/streams-conversations/all-streams-endpoints/list-streams-for-enterprise-v2 */
export const streamSchema = z.looseObject({
  id,
  type: z
    .union([
      z.string(),
      z.looseObject({ type: z.string() }).transform(({ type }) => type),
    ])
    .optional()
    .catch(undefined),
  attributes: z
    .looseObject({ roomName: text, members: list, lastMessageDate: someMs })
    .optional()
    .catch(undefined),
});

/** A page of the list of streams. */
export const streamListSchema = z.looseObject({ count, streams: z.array(z.unknown()) });

/** https://rest-api.symphony.com/main/streams-conversations/stream-members */
export const memberSchema = z.looseObject({
  user: userSchema.optional().catch(undefined),
  // The list of a room's members has no more of them.
  id: userId.optional().catch(undefined),
  joinDate: someMs,
});
/** A page of the members of a stream. */
export const memberListSchema = z.looseObject({ count, members: z.array(z.unknown()) });

/** https://rest-api.symphony.com/main/user-management/users-lookup-v3 */
export const knownUserSchema = z.looseObject({
  id: userId,
  emailAddress: text,
  displayName: text,
  firstName: text,
  lastName: text,
});
/** https://rest-api.symphony.com/main/user-management/list-users-v2: the pod's own, active or not. */
export const listedUserSchema = z.looseObject({
  userSystemInfo: z.looseObject({ id: userId }),
  userAttributes: z.looseObject({
    emailAddress: text,
    displayName: text,
    firstName: text,
    lastName: text,
  }),
});
export type ListedUser = z.infer<typeof listedUserSchema>;
export const everybodySchema = z.array(z.unknown());
/** People that were asked for by their ids. */
export const userListSchema = z.looseObject({ users: list });

/** Messages, newest first. */
export const messageListSchema = z.array(z.unknown());
/** The account that is signed in. */
export const sessionInfoSchema = z.looseObject({ id: userId });
/** https://rest-api.symphony.com/main/system/agent-info-v1 */
export const agentInfoSchema = z.looseObject({ version: text });

/** `name` is the header in which the token goes. */
export const signInSchema = z.looseObject({
  token: z.string().min(1),
  name: z
    .string()
    .regex(/^[A-Za-z-]{1,40}$/)
    .optional()
    .catch(undefined),
});

/** How the pod and the agent say no. */
export const errorSchema = z.looseObject({ code: count, message: text });

/** What is displayed of somebody; a bot has no first and last name. */
export const nameOf = (user: Pick<User, 'displayName' | 'firstName' | 'lastName'>) =>
  user.displayName?.trim() ||
  [user.firstName, user.lastName]
    .map((part) => part?.trim())
    .filter(Boolean)
    .join(' ') ||
  undefined;
