import { badRequest, GraphError, itemNotFound, type Reply } from './answers.ts';
import { readFileAttachment } from './attachmentInput.ts';
import { messageOf, sensitiveRefusal } from './messageRoutes.ts';
import { addAttachment } from './messageStore.ts';
import { attachmentView } from './messageView.ts';
import type { StoredAttachment, StoredMessage } from './model.ts';
import { newChangeKey } from './newMessage.ts';
import { selected } from './queryOptions.ts';
import { jsonBody, type MailboxCall, param } from './service.ts';

// https://learn.microsoft.com/graph/api/message-list-attachments
export function listAttachments(call: MailboxCall): Reply {
  const { select, filter, top, skip } = call.query;
  if (filter || top !== undefined || skip > 0)
    throw badRequest('$filter, $top and $skip are not supported on attachments.');
  const wanted = select?.includes('contentBytes') ?? true;
  return {
    status: 200,
    body: {
      '@odata.context': `${call.service.baseUrl()}/$metadata#attachments`,
      value: messageOf(call).attachments.map((file) =>
        selected(attachmentView(file, wanted), select),
      ),
    },
  };
}

function attachmentOf(call: MailboxCall): StoredAttachment {
  const wanted = param(call, 'attachment');
  const found = messageOf(call).attachments.find(({ id }) => id === wanted);
  if (!found) throw itemNotFound();
  return found;
}

export function getAttachment(call: MailboxCall): Reply {
  const view = attachmentView(attachmentOf(call), true);
  return { status: 200, body: selected(view, call.query.select) };
}

export function getAttachmentContent(call: MailboxCall): Reply {
  const { contentBytes, contentType } = attachmentOf(call);
  if (contentBytes === undefined)
    throw new GraphError(501, 'NotImplemented', 'This simulation keeps no contents.');
  return {
    status: 200,
    headers: { 'Content-Type': contentType },
    body: Buffer.from(contentBytes, 'base64'),
  };
}

/** Whether files may be added to what is no draft was not announced; the strict rule says no. */
export function refuseSensitiveAttachment(
  call: MailboxCall,
  message: StoredMessage,
): void {
  const strict = call.service.sensitiveRule === 'updatesAndAttachments';
  if (strict && !message.isDraft) throw sensitiveRefusal();
}

// https://learn.microsoft.com/graph/api/message-post-attachments
export function createAttachment(call: MailboxCall): Reply {
  const message = messageOf(call);
  refuseSensitiveAttachment(call, message);
  const attachment = readFileAttachment(jsonBody(call), {
    keepContent: call.service.keepContent,
    now: call.service.now(),
  });
  if (attachment.size >= call.service.limits.smallestSessionBytes)
    throw new GraphError(
      413,
      'RequestEntityTooLarge',
      'Files of this size need an upload session.',
    );
  addAttachment(call.mailbox, call.user, message, attachment);
  return { status: 201, body: attachmentView(attachment, false) };
}

export function deleteAttachment(call: MailboxCall): Reply {
  const message = messageOf(call);
  const gone = attachmentOf(call);
  const attachments = message.attachments.filter(({ id }) => id !== gone.id);
  call.mailbox.apply({
    kind: 'message',
    message: { ...message, attachments, changeKey: newChangeKey() },
  });
  return { status: 204 };
}
