import type { ArchiveItem } from '../../archive/state/item.ts';
import { audienceOf, mentionOf, quoteForAll, quoteOf } from '../item/original.ts';
import { attachmentsText } from './card.ts';
import { lastText, textAtEvent } from './messageText.ts';
import { keys, type MessageRaw } from './records.ts';
import type { Setting } from './setting.ts';

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
  const { quote, note } = quoteForAll(original, audience);
  return {
    ...base,
    conversation: original?.conversation ?? conversation(data.roomId),
    author,
    ...audience,
    ...mentionOf(folk.person(data.personId), author),
    ...bodyOf(raw),
    ...parentOf(raw, setting),
    ...(quote && { quote }),
    ...(note && { notes: [note] }),
  };
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

const inHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\n', '<br>');
