import { z } from 'zod';

/**
 * `none`: not licensed, on premises or soft-deleted. `full`: takes nothing more.
 * `onHold`: works as any other, but keeps what is deleted.
 */
export type MailboxState = 'ok' | 'none' | 'full' | 'onHold';

export interface MailboxSetup {
  state: MailboxState;
  /** The mailbox's message size limit, 35 MB unless an administrator raised it. */
  maxMessageBytes: number;
  /** When it is full; never, if absent. */
  quotaBytes?: number;
  purpose: 'user' | 'shared' | 'room';
}

export interface DirectoryUser {
  id: string;
  displayName: string;
  mail: string | null;
  userPrincipalName: string;
  /** `SMTP:` the primary address, `smtp:` an alias. */
  proxyAddresses: string[];
  otherMails: string[];
  imAddresses: string[];
  userType: 'Member' | 'Guest';
  accountEnabled: boolean;
  mailbox: MailboxSetup;
}

export interface Tenant {
  id: string;
  displayName: string;
  /** The first one is the default domain. */
  verifiedDomains: string[];
  users: DirectoryUser[];
}

export const storedFolderSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  parentFolderId: z.string(),
  isHidden: z.boolean(),
  /** `inbox` and the like: usable instead of the id. */
  wellKnownName: z.string().optional(),
});
export type StoredFolder = z.infer<typeof storedFolderSchema>;

export const storedAttachmentSchema = z.object({
  id: z.string(),
  name: z.string(),
  contentType: z.string(),
  size: z.number(),
  sha256: z.string(),
  isInline: z.boolean(),
  contentId: z.string().nullable(),
  lastModifiedDateTime: z.string(),
  /** Base64, where the simulation was told to keep contents. */
  contentBytes: z.string().optional(),
});
export type StoredAttachment = z.infer<typeof storedAttachmentSchema>;

export const recipientSchema = z.strictObject({
  emailAddress: z.strictObject({
    name: z.string().nullish(),
    address: z.string().nullish(),
  }),
});
export type Recipient = z.infer<typeof recipientSchema>;

export const extendedPropertySchema = z.strictObject({
  id: z.string(),
  value: z.string(),
});
export type ExtendedProperty = z.infer<typeof extendedPropertySchema>;

export const bodySchema = z.strictObject({
  contentType: z.string().optional(),
  content: z.string().nullish(),
});

export const headerSchema = z.strictObject({ name: z.string(), value: z.string() });

export const storedMessageSchema = z.object({
  /** Immutable. */
  id: z.string(),
  /** The id that a client sees who didn't ask for immutable ones: new after each move. */
  movingId: z.string(),
  folderId: z.string(),
  /** From when on `$filter` finds it: milliseconds. */
  indexedAt: z.number(),
  /** Where it is still listed until then (milliseconds), although it was moved. */
  listedBefore: z.object({ folderId: z.string(), until: z.number() }).optional(),
  changeKey: z.string(),
  isDraft: z.boolean(),
  isRead: z.boolean(),
  subject: z.string(),
  body: z.object({ contentType: z.string(), content: z.string() }),
  from: recipientSchema.optional(),
  sender: recipientSchema.optional(),
  toRecipients: z.array(recipientSchema),
  ccRecipients: z.array(recipientSchema),
  bccRecipients: z.array(recipientSchema),
  replyTo: z.array(recipientSchema),
  internetMessageId: z.string(),
  categories: z.array(z.string()),
  importance: z.string(),
  inferenceClassification: z.string(),
  flag: z.unknown(),
  conversationId: z.string(),
  sentDateTime: z.string(),
  receivedDateTime: z.string(),
  createdDateTime: z.string(),
  lastModifiedDateTime: z.string(),
  internetMessageHeaders: z.array(headerSchema),
  extendedProperties: z.array(extendedPropertySchema),
  attachments: z.array(storedAttachmentSchema),
});
export type StoredMessage = z.infer<typeof storedMessageSchema>;
