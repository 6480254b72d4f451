import type { ArchiveItem, Person, Quote } from '../../archive/state/item.ts';
import { attachmentsText } from './card.ts';
import { lastText, textAtEvent } from './messageText.ts';
import { keys, type MessageRaw } from './records.ts';
import type { Setting } from './setting.ts';

type Audience = Pick<ArchiveItem, 'participants' | 'audienceUnknown'>;

export function convertMessage(raw: MessageRaw, setting: Setting): ArchiveItem {
  const { type } = raw.event;
  if (type === 'updated') return convertEdit(raw, setting);
  if (type === 'deleted') return convertDeletion(raw, setting);
  return convertOriginal(raw, setting);
}

function convertOriginal(raw: MessageRaw, setting: Setting): ArchiveItem {
  const { base, folk, conversation } = setting;
  const { data } = raw.event;
  return {
    ...base,
    conversation: conversation(data.roomId),
    author: folk.person(data.personId),
    ...folk.audience(base.at, data.personId),
    ...bodyOf(raw),
    ...parentOf(raw, setting),
  };
}

/** Its text, and its cards as text: Webex's own HTML does not have them. */
export function bodyOf({ event, message }: MessageRaw): { text: string; html?: string } {
  const { text = '', html } = textAtEvent(event, message);
  const attachments = attachmentsText(
    message?.attachments ?? event.data.attachments ?? [],
  );
  if (attachments === '') return { text, ...(html !== undefined && { html }) };
  const both = [text, attachments].filter((part) => part !== '').join('\n\n');
  if (html === undefined) return { text: both };
  return { text: both, html: `${html}<p>${inHtml(attachments)}</p>` };
}

function parentOf({ event, message }: MessageRaw, { organisation }: Setting) {
  const parentId = message?.parentId ?? event.data.parentId;
  return parentId === undefined
    ? {}
    : { parentKey: keys.message(organisation, parentId) };
}

function convertEdit(raw: MessageRaw, setting: Setting): ArchiveItem {
  const { base, folk, original, conversation } = setting;
  const { actorId, data } = raw.event;
  const author = folk.person(actorId ?? data.personId);
  const audience = folk.audience(base.at, data.personId);
  return {
    ...base,
    conversation: original?.conversation ?? conversation(data.roomId),
    author,
    ...audience,
    ...mentionOf(folk.person(data.personId), author),
    ...bodyOf(raw),
    ...parentOf(raw, setting),
    ...quoteForAll(original, audience),
  };
}

/** Who joined after the original could not read it, so it isn't quoted to them. */
function quoteForAll(
  original: ArchiveItem | undefined,
  { participants }: Audience,
): Pick<ArchiveItem, 'quote' | 'notes'> {
  if (!original) return {};
  const readers = new Set(original.participants.map(({ id }) => id));
  if (!participants.every(({ id }) => readers.has(id))) {
    return {
      notes: [
        'The text before this edit is not quoted here, because not everybody who could read the edit could read it.',
      ],
    };
  }
  return { quote: quoteOf(original) };
}

/** It reaches those who got the original, and no one else. */
function convertDeletion(raw: MessageRaw, setting: Setting): ArchiveItem {
  const { base, folk, original, conversation } = setting;
  const { event, message } = raw;
  const { actorId, data } = event;
  const writer = folk.person(data.personId);
  const author = folk.person(actorId ?? data.personId);
  const writtenAt = new Date(data.created ?? message?.created ?? base.at);
  const text = lastText(message);
  const quote = original
    ? { quote: quoteOf(original) }
    : { ...(text !== undefined && { quote: { author: writer, at: writtenAt, text } }) };
  return {
    ...base,
    conversation: original?.conversation ?? conversation(data.roomId),
    author,
    ...(original ? audienceOf(original) : folk.audience(writtenAt, data.personId)),
    ...mentionOf(writer, author),
    text: 'The message was deleted.',
    ...parentOf(raw, setting),
    ...quote,
  };
}

export const audienceOf = ({ participants, audienceUnknown }: ArchiveItem): Audience => ({
  participants,
  ...(audienceUnknown && { audienceUnknown }),
});

export const quoteOf = ({ author, at, text }: ArchiveItem): Quote => ({
  author,
  at,
  text,
});

const mentionOf = (writer: Person, author: Person): Pick<ArchiveItem, 'mentioned'> =>
  writer.id === author.id ? {} : { mentioned: [writer] };

const inHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\n', '<br>');
