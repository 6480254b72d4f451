import { badRequest } from './answers.ts';
import { canonicalId } from './extendedProperties.ts';
import { type Filter, parseFilter } from './filterParser.ts';
import type { StoredAttachment, StoredMessage } from './model.ts';
import { selected } from './queryOptions.ts';

interface ViewOptions {
  immutableIds: boolean;
  select?: string[] | undefined;
  expand: string[];
}

/** The message as the service shows it to a client. */
export function messageView(
  message: StoredMessage,
  options: ViewOptions,
): Record<string, unknown> {
  const id = options.immutableIds ? message.id : message.movingId;
  const view = selected(allProperties(message, id), options.select);
  if (options.select?.includes('internetMessageHeaders'))
    view.internetMessageHeaders = message.internetMessageHeaders;
  for (const clause of options.expand) Object.assign(view, expanded(message, clause));
  return view;
}

function allProperties(message: StoredMessage, id: string): Record<string, unknown> {
  const preview = message.body.content
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
  return {
    '@odata.etag': `W/"${message.changeKey}"`,
    id,
    createdDateTime: message.createdDateTime,
    lastModifiedDateTime: message.lastModifiedDateTime,
    changeKey: message.changeKey,
    categories: message.categories,
    receivedDateTime: seconds(message.receivedDateTime),
    sentDateTime: seconds(message.sentDateTime),
    hasAttachments: message.attachments.some(({ isInline }) => !isInline),
    internetMessageId: message.internetMessageId,
    subject: message.subject,
    bodyPreview: preview.trim().slice(0, 255),
    importance: message.importance,
    parentFolderId: message.folderId,
    conversationId: message.conversationId,
    isDeliveryReceiptRequested: false,
    isReadReceiptRequested: false,
    isRead: message.isRead,
    isDraft: message.isDraft,
    webLink: `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(id)}`,
    inferenceClassification: message.inferenceClassification,
    body: message.body,
    sender: message.sender,
    from: message.from,
    toRecipients: message.toRecipients,
    ccRecipients: message.ccRecipients,
    bccRecipients: message.bccRecipients,
    replyTo: message.replyTo,
    flag: message.flag,
  };
}

/** The service shows the dates of a message without fractions. */
function seconds(date: string): string {
  return `${date.slice(0, 19)}Z`;
}

const names = new Set([
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'changeKey',
  'categories',
  'receivedDateTime',
  'sentDateTime',
  'hasAttachments',
  'internetMessageId',
  'internetMessageHeaders',
  'subject',
  'bodyPreview',
  'importance',
  'parentFolderId',
  'conversationId',
  'conversationIndex',
  'isDeliveryReceiptRequested',
  'isReadReceiptRequested',
  'isRead',
  'isDraft',
  'webLink',
  'inferenceClassification',
  'body',
  'uniqueBody',
  'sender',
  'from',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'flag',
  '*',
]);

/** Throws if the client selects what messages don't have. */
export function checkSelect(select: string[] | undefined): void {
  for (const name of select ?? [])
    if (!names.has(name))
      throw badRequest(
        `Could not find a property named '${name}' on type 'microsoft.graph.message'.`,
      );
}

function expanded(message: StoredMessage, clause: string): Record<string, unknown> {
  if (clause === 'attachments')
    return { attachments: message.attachments.map((file) => attachmentView(file, true)) };
  const filter = /^singleValueExtendedProperties\(\$filter=(.*)\)$/s.exec(clause)?.[1];
  if (filter === undefined)
    throw badRequest(`The $expand clause '${clause}' is not supported.`);
  const wanted = new Set(idsIn(parseFilter(filter)).map(canonicalId));
  const properties = message.extendedProperties.filter(({ id }) =>
    wanted.has(canonicalId(id)),
  );
  return properties.length > 0 ? { singleValueExtendedProperties: properties } : {};
}

function idsIn(filter: Filter): string[] {
  if (filter.kind === 'or') return filter.parts.flatMap(idsIn);
  const isId =
    filter.kind === 'compare' && filter.path === 'id' && filter.operator === 'eq';
  if (isId && typeof filter.value === 'string') return [filter.value];
  throw badRequest("Only 'id eq' is supported in the filter of extended properties.");
}

export function attachmentView(
  attachment: StoredAttachment,
  withContent: boolean,
): Record<string, unknown> {
  const { sha256: _, contentBytes, ...view } = attachment;
  return {
    '@odata.type': '#microsoft.graph.fileAttachment',
    '@odata.mediaContentType': attachment.contentType,
    ...view,
    ...(withContent && contentBytes !== undefined ? { contentBytes } : {}),
  };
}
