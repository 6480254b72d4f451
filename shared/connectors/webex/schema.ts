import { z } from 'zod';
import { grantSchema } from '../http/bearer.ts';
import { content } from '../item/content.ts';
import { isPlausible } from '../item/plausible.ts';

/** Any ISO 8601; messages say `+00:00`, events `.324Z`. */
export const instant = z
  .string()
  // Other forms are read by the clock of this machine.
  .refine((text) => /^\d{4}-\d\d-\d\dT/.test(text), 'This is no date.')
  .refine((text) => isPlausible(Date.parse(text)), 'This is no date.')
  .transform((text) => new Date(text).toISOString());

const id = z.string().min(1);

/** Fields that are null, or of another type than documented, are as good as absent. */
const text = z.string().optional().catch(undefined);
const texts = z.array(z.string()).optional().catch(undefined);

/** What is no address still holds the place of its file. */
const addresses = z
  .array(z.string().catch(''))
  .optional()
  .catch(({ value }) => (value === null ? undefined : ['']));

/** `{title: {code: 'kms_failure', reason}}`: the named fields hold ciphertext. */
const partialErrors = z
  .record(z.string(), z.looseObject({ code: z.string().optional() }))
  .optional()
  .catch(undefined);

const messageFields = {
  id,
  roomId: id,
  roomType: text,
  parentId: text,
  text: content,
  html: content,
  files: addresses,
  personId: id,
  personEmail: text,
  attachments: z.array(z.unknown()).optional().catch(undefined),
  created: instant.optional(),
  updated: instant.optional(),
  errors: partialErrors,
};

/** https://developer.webex.com/docs/api/v1/messages/get-message-details */
export const messageSchema = z.looseObject(messageFields);
export type Message = z.infer<typeof messageSchema>;

/** https://developer.webex.com/docs/api/v1/attachment-actions/get-attachment-action-details */
export const actionSchema = z.looseObject({
  id,
  personId: id,
  roomId: id,
  messageId: text,
  personEmail: text,
  inputs: z.record(z.string(), z.unknown()).optional().catch(undefined),
  created: instant.optional(),
});
export type Action = z.infer<typeof actionSchema>;

const eventFields = {
  id,
  resource: z.string(),
  type: z.string(),
  actorId: text,
  orgId: text,
  created: instant,
};

/**
 * The list's items are parsed one by one, so that one bad event spoils no page.
 *
 * https://developer.webex.com/docs/api/v1/events/list-events
 */
export const messageEventSchema = z.looseObject({
  ...eventFields,
  resource: z.literal('messages'),
  type: z.enum(['created', 'updated', 'deleted']),
  data: messageSchema,
  errors: partialErrors,
});
export type MessageEvent = z.infer<typeof messageEventSchema>;

export const actionEventSchema = z.looseObject({
  ...eventFields,
  resource: z.literal('attachmentActions'),
  type: z.literal('created'),
  data: actionSchema,
});
export type ActionEvent = z.infer<typeof actionEventSchema>;

export const membershipSchema = z.looseObject({
  id: text,
  roomId: id,
  personId: id,
  personEmail: text,
  personDisplayName: text,
  created: instant.optional().catch(undefined),
});
export type Membership = z.infer<typeof membershipSchema>;

export const membershipEventSchema = z.looseObject({
  ...eventFields,
  data: membershipSchema,
});

/** What every event of whatever resource has, to find one's way in a list. */
export const anyEventSchema = z.looseObject({
  id: text,
  type: text,
  orgId: text,
  created: instant.optional().catch(undefined),
});

/** https://developer.webex.com/docs/api/v1/rooms/get-room-details */
export const roomSchema = z.looseObject({
  id,
  title: text,
  type: text,
  teamId: text,
  errors: partialErrors,
});

/** https://developer.webex.com/docs/api/v1/teams/get-team-details */
export const teamSchema = z.looseObject({ id, name: text, errors: partialErrors });

export const personSchema = z.looseObject({
  id,
  emails: texts,
  displayName: text,
  orgId: text,
});

export const listSchema = z.looseObject({ items: z.array(z.unknown()) });

/** https://developer.webex.com/docs/integrations#using-the-refresh-token */
export const tokenAnswerSchema = grantSchema.extend({
  refresh_token: z.string().min(1).optional(),
});

export const errorAnswerSchema = z.looseObject({
  message: text,
  error: text,
  error_description: text,
});
