import { z } from 'zod';
import { GraphError, unreadableBody } from './answers.ts';
import { checkProperties, mapi, propertyValue } from './extendedProperties.ts';
import {
  bodySchema,
  extendedPropertySchema,
  headerSchema,
  type Recipient,
  recipientSchema,
} from './model.ts';

const flagSchema = z.looseObject({ flagStatus: z.string().optional() });

/** What a client may say about a message, at creation or later. */
export const messageInputSchema = z.strictObject({
  '@odata.type': z.string().optional(),
  subject: z.string().nullish(),
  body: bodySchema.nullish(),
  from: recipientSchema.nullish(),
  sender: recipientSchema.nullish(),
  toRecipients: z.array(recipientSchema).nullish(),
  ccRecipients: z.array(recipientSchema).nullish(),
  bccRecipients: z.array(recipientSchema).nullish(),
  replyTo: z.array(recipientSchema).nullish(),
  internetMessageId: z.string().nullish(),
  isRead: z.boolean().nullish(),
  categories: z.array(z.string()).nullish(),
  importance: z.enum(['low', 'normal', 'high']).nullish(),
  inferenceClassification: z.enum(['focused', 'other']).nullish(),
  flag: flagSchema.nullish(),
  isDeliveryReceiptRequested: z.boolean().nullish(),
  isReadReceiptRequested: z.boolean().nullish(),
  conversationIndex: z.string().nullish(),
  internetMessageHeaders: z.array(headerSchema).optional(),
  singleValueExtendedProperties: z.array(extendedPropertySchema).optional(),
  multiValueExtendedProperties: z.array(z.unknown()).optional(),
  attachments: z.array(z.unknown()).optional(),
});
export type MessageInput = z.infer<typeof messageInputSchema>;

// Read-only: the service takes them without a word and does as it likes.
const ignored = [
  'id',
  'bodyPreview',
  'changeKey',
  'conversationId',
  'createdDateTime',
  'hasAttachments',
  'isDraft',
  'lastModifiedDateTime',
  'parentFolderId',
  'receivedDateTime',
  'sentDateTime',
  'uniqueBody',
  'webLink',
];

/** Parses what a client sent, or throws what the service answers to it. */
export function readMessageInput(
  body: unknown,
  violate: (violation: string) => void,
): MessageInput {
  const parsed = messageInputSchema.safeParse(withoutIgnored(body, violate));
  if (!parsed.success) throw refusalOf(parsed.error, violate);
  const input = parsed.data;
  checkRecipients(input);
  checkHeaders(input.internetMessageHeaders, violate);
  const properties = input.singleValueExtendedProperties ?? [];
  checkProperties(properties);
  for (const tag of [mapi.creationTime, mapi.lastModificationTime])
    if (propertyValue(properties, tag) !== undefined) {
      violate(`a message with the property ${tag}`);
      throw new GraphError(
        400,
        'ErrorInvalidPropertySet',
        `The property ${tag} can't be set.`,
      );
    }
  return input;
}

function withoutIgnored(body: unknown, violate: (violation: string) => void): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const entries = Object.entries(body);
  for (const [name] of entries)
    if (ignored.includes(name)) violate(`a message with the read-only property ${name}`);
  return Object.fromEntries(entries.filter(([name]) => !ignored.includes(name)));
}

function refusalOf(error: z.ZodError, violate: (violation: string) => void): GraphError {
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const name = [path, issue.keys[0]].filter(Boolean).join('.');
    violate(`a message with the unknown property ${name}`);
    return unreadableBody(`UnknownProperty: the property '${name}' does not exist.`);
  }
  return unreadableBody(`The value of '${path}' is not of the expected type.`);
}

const addressForm = /^[^\s@<>"(),;:\\[\]]+@[^\s@<>"(),;:\\[\]]+$/;

function checkRecipients(input: MessageInput): void {
  const single = [input.from, input.sender].filter((person) => person != null);
  const lists = [
    input.toRecipients,
    input.ccRecipients,
    input.bccRecipients,
    input.replyTo,
  ].flatMap((list) => list ?? []);
  for (const person of [...single, ...lists]) checkRecipient(person);
}

function checkRecipient({ emailAddress }: Recipient): void {
  const address = emailAddress.address ?? '';
  if (addressForm.test(address) && address.length <= 320) return;
  throw new GraphError(
    400,
    'ErrorInvalidRecipients',
    'At least one recipient is not valid.',
  );
}

type Headers = z.infer<typeof headerSchema>[];

// https://learn.microsoft.com/graph/api/resources/internetmessageheader
function checkHeaders(
  headers: Headers | undefined,
  violate: (violation: string) => void,
): void {
  if (!headers) return;
  if (headers.length > 5) {
    violate(`a message with ${headers.length} internetMessageHeaders`);
    throw invalidHeaders(
      'Maximum number of headers in one message should be less than or equal to 5.',
    );
  }
  if (headers.length === 0) throw invalidHeaders('The collection of headers is empty.');
  const foreign = headers.find(({ name }) => !/^x-/i.test(name));
  if (foreign)
    throw new GraphError(
      400,
      'InvalidInternetMessageHeader',
      `The internet message header name '${foreign.name}' should start with 'x-' or 'X-'.`,
    );
}

function invalidHeaders(message: string): GraphError {
  return new GraphError(400, 'InvalidInternetMessageHeaderCollection', message);
}
