import { z } from 'zod';
import { parseJson } from '../../parseJson.ts';
import { content } from '../item/content.ts';
import { type ChatKind, type ChatMessage, type Party, secondsOf } from './chat.ts';
import { shortHash } from './shortHash.ts';

const text = z.string().optional().catch(undefined);
const label = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);

/** https://developers.zoom.us/docs/api/references/archived-json-schema/ */
const messageSchema = z.looseObject({
  msg_type: z.coerce.number().catch(0),
  e_time: text,
  e_archive_time: text,
  s_id: label,
  s_name: text,
  s_email: text,
  r_id: label,
  r_name: text,
  r_email: text,
  msg_id: text,
  msg_content: content,
  original_msg_id: text,
  parent_msg_id: text,
  private_group_id: text,
  msg_extended_type: text,
  files: z.array(z.unknown()).catch([]),
});
type Archived = z.infer<typeof messageSchema>;

const fileSchema = z.looseObject({ fileId: z.string(), fileName: text });
const chatSchema = z.looseObject({ messages: z.array(z.unknown()) });

const kinds: Record<number, ChatKind> = {
  1: 'message',
  2: 'private',
  3: 'deletion',
  4: 'reaction',
  5: 'feedback',
  6: 'edit',
  7: 'reply',
};

/** What the digits of feedback mean, as far as Zoom says. */
const feedback: Record<string, string> = { 1: 'raised hand', 2: 'yes', 3: 'no' };

/**
 * The chat of an archived meeting in Zoom's JSON. Undefined if it is none; a message in a form
 * that nobody knows is kept as what can be read of it.
 */
export function readChatJson(content: string): ChatMessage[] | undefined {
  const chat = chatSchema.safeParse(parseJson(content)).data;
  return chat?.messages.map((message, index) => messageOf(message, index));
}

function messageOf(value: unknown, index: number): ChatMessage {
  const message = messageSchema.safeParse(value).data;
  if (!message) {
    const id = `unreadable-${shortHash(value)}-${index}`;
    return {
      kind: 'unknown',
      id,
      time: '',
      sender: {},
      text: JSON.stringify(value),
      files: [],
      listed: value,
    };
  }
  const kind = kinds[message.msg_type] ?? 'unknown';
  const seconds = secondsOf(message.e_time);
  const archiveSeconds = secondsOf(message.e_archive_time);
  const { s_id, s_name, s_email, r_id, r_name, r_email } = message;
  const receiver = partyOf(r_id, r_name, r_email);
  const about = aboutOf(kind, message);
  return {
    listed: value,
    ...{ kind, id: idOf(kind, message), time: message.e_time ?? '' },
    ...(seconds !== undefined && { seconds }),
    ...(archiveSeconds !== undefined && { archiveSeconds }),
    sender: partyOf(s_id, s_name, s_email),
    ...(Object.keys(receiver).length > 0 && { receiver }),
    text: textOf(kind, message),
    ...(about && { about }),
    ...(kind === 'reaction' && message.msg_id && { maybeAbout: decoded(message.msg_id) }),
    ...(message.private_group_id && { groupId: decoded(message.private_group_id) }),
    ...(message.msg_extended_type && { digits: message.msg_extended_type }),
    files: message.files.flatMap((file) => {
      const { fileId, fileName } = fileSchema.safeParse(file).data ?? {};
      return fileId ? [{ id: fileId, name: fileName ?? 'file' }] : [];
    }),
  };
}

/** The same message has the same id in whichever participant's chat it stands. */
function idOf(kind: ChatKind, message: Archived): string {
  const own = decoded(message.msg_id);
  const isEvent = ['deletion', 'edit', 'reaction', 'feedback', 'unknown'].includes(kind);
  if (own && !isEvent) return own;
  // An edit may carry the id of what it edits, and there may be several.
  const { e_time, s_id, s_name, msg_content, original_msg_id, parent_msg_id } = message;
  const about = original_msg_id ?? parent_msg_id ?? '';
  return `${kind}-${shortHash([own, about, e_time, s_id, s_name, msg_content])}`;
}

function aboutOf(kind: ChatKind, message: Archived): string {
  const about = message.original_msg_id || message.parent_msg_id;
  if (about) return decoded(about);
  return kind === 'deletion' || kind === 'edit' ? decoded(message.msg_id) : '';
}

function textOf(kind: ChatKind, { msg_content = '' }: Archived): string {
  if (kind === 'feedback') return feedback[msg_content] ?? `feedback ${msg_content}`;
  return decoded(msg_content);
}

function partyOf(id = '', name = '', address = ''): Party {
  return {
    ...(id && { id }),
    ...(name && { name: decoded(name) }),
    ...(address && { address: decoded(address) }),
  };
}

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Base64, as the documentation says; what is none is taken as it stands. */
export function decoded(value = ''): string {
  if (!base64.test(value)) return value;
  const bytes = Buffer.from(value, 'base64');
  const text = bytes.toString('utf8');
  const isSame = bytes.toString('base64').replace(/=+$/, '') === plain(value);
  const isText = !text.includes('\ufffd') && !/[^\P{Cc}\n\r\t]/u.test(text);
  return isSame && isText ? text : value;
}

const plain = (value: string): string =>
  value.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
