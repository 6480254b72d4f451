import type { FileRef } from './files.ts';
import { attachmentSchema, type Message } from './schema.ts';
import { sharedIn } from './shared.ts';

/** The files of a message, and of the post that it shares; always in the same order. */
export function filesIn(message: Message, streamId: string): FileRef[] {
  const own = refsOf(message, streamId);
  const shared = sharedIn(message);
  if (!shared) return own;
  return [...own, ...refsOf(shared, shared.stream?.streamId ?? streamId)];
}

function refsOf({ messageId, attachments = [] }: Message, streamId: string): FileRef[] {
  return attachments.map((attachment, index) => {
    const { id, name, size } = attachmentSchema.safeParse(attachment).data ?? {};
    return {
      ...{ streamId, messageId, fileId: id, size },
      name: name?.trim() || `file ${index + 1}`,
    };
  });
}
