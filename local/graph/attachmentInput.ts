import { createHash } from 'node:crypto';
import { z } from 'zod';
import { unreadableBody } from './answers.ts';
import { newId } from './mailbox.ts';
import type { StoredAttachment } from './model.ts';

const fileAttachmentSchema = z.strictObject({
  '@odata.type': z.string(),
  name: z.string(),
  contentType: z.string().nullish(),
  contentBytes: z.string(),
  contentId: z.string().nullish(),
  contentLocation: z.string().nullish(),
  isInline: z.boolean().nullish(),
  size: z.number().nullish(),
});

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Parses a fileAttachment, or throws what the service answers to anything else. */
export function readFileAttachment(
  value: unknown,
  options: { keepContent: boolean; now: Date },
): StoredAttachment {
  const parsed = fileAttachmentSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw unreadableBody(
      `The attachment is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  }
  const input = parsed.data;
  if (input['@odata.type'].toLowerCase() !== '#microsoft.graph.fileattachment')
    throw unreadableBody(
      `Attachments of type '${input['@odata.type']}' are not supported.`,
    );
  if (input.contentBytes.length % 4 !== 0 || !base64.test(input.contentBytes))
    throw unreadableBody(
      "Cannot convert the value of 'contentBytes' to the expected type 'Edm.Binary'.",
    );
  const content = Buffer.from(input.contentBytes, 'base64');
  return {
    id: newId('attachment'),
    name: input.name,
    contentType: input.contentType ?? 'application/octet-stream',
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    isInline: input.isInline ?? false,
    contentId: input.contentId ?? null,
    lastModifiedDateTime: options.now.toISOString(),
    ...(options.keepContent ? { contentBytes: input.contentBytes } : {}),
  };
}
