import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { badRequest, GraphError, type Reply, unreadableBody } from './answers.ts';
import { refuseSensitiveAttachment } from './attachmentRoutes.ts';
import { messageBytes, newId } from './mailbox.ts';
import { messageOf } from './messageRoutes.ts';
import { addAttachment, checkRoom } from './messageStore.ts';
import { jsonBody, type MailboxCall } from './service.ts';
import type { UploadSession } from './uploadSession.ts';

export const uploadPath = '/upload/attachmentSessions/';

const itemSchema = z.strictObject({
  attachmentType: z.string(),
  name: z.string(),
  size: z.number().int().nonnegative(),
  contentType: z.string().nullish(),
  isInline: z.boolean().nullish(),
  contentId: z.string().nullish(),
});
type AttachmentItem = z.infer<typeof itemSchema>;

// https://learn.microsoft.com/graph/api/attachment-createuploadsession
export function createUploadSession(call: MailboxCall): Reply {
  const { service } = call;
  const message = messageOf(call);
  refuseSensitiveAttachment(call, message);
  const item = readItem(jsonBody(call));
  checkSize(call, item);
  checkRoom(call.mailbox, call.user, {
    message: messageBytes(message) + item.size,
    added: item.size,
  });
  const id = randomBytes(18).toString('base64url');
  const minutes = service.limits.uploadSessionMinutes;
  const session: UploadSession = {
    token: randomBytes(24).toString('base64url'),
    userId: call.user.id,
    messageId: message.id,
    name: item.name,
    contentType: item.contentType ?? 'application/octet-stream',
    size: item.size,
    isInline: item.isInline ?? false,
    contentId: item.contentId ?? null,
    expiresAt: new Date(service.now().getTime() + minutes * 60_000),
    received: 0,
    hash: createHash('sha256'),
    ranges: [],
  };
  service.uploads.set(id, session);
  const { origin } = new URL(service.baseUrl());
  return {
    status: 201,
    body: {
      '@odata.context': `${service.baseUrl()}/$metadata#microsoft.graph.uploadSession`,
      uploadUrl: `${origin}${uploadPath}${id}?authtoken=${session.token}`,
      expirationDateTime: session.expiresAt.toISOString(),
      nextExpectedRanges: ['0-'],
    },
  };
}

function readItem(body: unknown): AttachmentItem {
  const schema = z.strictObject({
    AttachmentItem: itemSchema.optional(),
    attachmentItem: itemSchema.optional(),
  });
  const parsed = schema.safeParse(body);
  const item = parsed.data?.AttachmentItem ?? parsed.data?.attachmentItem;
  if (!item) throw unreadableBody('An upload session needs a valid AttachmentItem.');
  if (item.attachmentType !== 'file')
    throw new GraphError(
      405,
      'ErrorAttachmentSessionIsSupportedOnlyForFileAttachments',
      'Upload sessions are for file attachments only.',
    );
  return item;
}

function checkSize({ service }: MailboxCall, { size }: AttachmentItem): void {
  const { smallestSessionBytes, largestAttachmentBytes } = service.limits;
  if (size < smallestSessionBytes) {
    service.violate(`an upload session for a file of ${size} bytes`);
    throw new GraphError(
      400,
      'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
      'The attachment is too small for an upload session.',
    );
  }
  if (size > largestAttachmentBytes)
    throw new GraphError(
      400,
      'ErrorAttachmentSizeLimitExceeded',
      'The attachment is larger than the service takes.',
    );
}

// https://learn.microsoft.com/graph/outlook-large-attachments
export function uploadRange(
  call: MailboxCall,
  id: string,
  session: UploadSession,
): Reply {
  const { start, end } = readRange(call, session);
  if (start !== session.received)
    throw new GraphError(
      416,
      'InvalidContentRange',
      `The next expected range begins at ${session.received}.`,
    );
  session.hash.update(call.body);
  if (call.service.keepContent) session.ranges.push(call.body);
  session.received = end + 1;
  if (session.received < session.size) return sessionStatus(session);
  call.service.uploads.delete(id);
  return finish(call, session);
}

const rangeForm = /^bytes (\d+)-(\d+)\/(\d+)$/;

function readRange(call: MailboxCall, session: UploadSession) {
  const match = rangeForm.exec(call.headers['content-range'] ?? '');
  if (!match) throw badRequest('A Content-Range is required.');
  const [start = 0, end = 0, total = 0] = match.slice(1).map(Number);
  if (total !== session.size || end < start || end >= total)
    throw badRequest('The Content-Range does not fit the size of the attachment.');
  const length = end - start + 1;
  if (length > call.service.limits.rangeBytes) {
    call.service.violate(`a range of ${length} bytes`);
    throw new GraphError(413, 'RequestEntityTooLarge', 'The range is too large.');
  }
  if (call.body.length !== length)
    throw badRequest('Content size exceeds specified contentLength.');
  return { start, end };
}

function finish(call: MailboxCall, session: UploadSession): Reply {
  const message = call.mailbox.message(session.messageId);
  if (!message) throw sessionNotFound();
  const attachment = {
    id: newId('attachment'),
    name: session.name,
    contentType: session.contentType,
    size: session.size,
    sha256: session.hash.digest('hex'),
    isInline: session.isInline,
    contentId: session.contentId,
    lastModifiedDateTime: call.service.now().toISOString(),
    ...(call.service.keepContent
      ? { contentBytes: Buffer.concat(session.ranges).toString('base64') }
      : {}),
  };
  addAttachment(call.mailbox, call.user, message, attachment);
  const { origin } = new URL(call.service.baseUrl());
  const owner = `Users('${session.userId}')/Messages('${message.id}')`;
  const Location = `${origin}/api/v2.0/${owner}/Attachments('${attachment.id}')`;
  return { status: 201, headers: { Location } };
}

export function sessionNotFound(): GraphError {
  return new GraphError(404, 'ErrorItemNotFound', 'The upload session was not found.');
}

/** The answer names one value, not a range, and not in the casing of the first answer. */
export function sessionStatus(session: UploadSession): Reply {
  return {
    status: 200,
    body: {
      ExpirationDateTime: session.expiresAt.toISOString(),
      nextExpectedRanges: [String(session.received)],
    },
  };
}
