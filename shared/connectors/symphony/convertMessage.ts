import { compile } from 'html-to-text';
import type { ArchiveItem } from '../../archive/state/item.ts';
import { audienceOf, quoteForAll, quoteOf } from '../item/original.ts';
import { bodyOf } from './messageBody.ts';
import { keys, type Raw } from './records.ts';
import type { Message } from './schema.ts';
import type { Setting } from './setting.ts';

const plain = compile({ wordwrap: false });

/** A message, a version of one, or a suppression. */
export function convertMessage({ kind, message }: Raw, setting: Setting): ArchiveItem {
  if (kind === 'deletion') return convertDeletion(message, setting);
  const { base, author, conversation, original } = setting;
  const audience = setting.audience(base.at);
  const { quote, note } = base.event === 'edited' ? quoteForAll(original, audience) : {};
  return {
    ...{ ...base, conversation, author, ...audience },
    ...bodyOf(message),
    ...parentOf(message, setting),
    ...(quote && { quote }),
    notes: [...disclaimerOf(message), ...(note ? [note] : [])],
  };
}

function parentOf({ parentMessageId }: Message, { organisation }: Setting) {
  return parentMessageId === undefined
    ? {}
    : { parentKey: keys.message(organisation, parentMessageId) };
}

/** It comes with the first message of a day, where the pod has one. */
function disclaimerOf({ disclaimer }: Message): string[] {
  const text = disclaimer ? plain(disclaimer).trim() : '';
  return text === '' ? [] : [`Disclaimer: ${text}`];
}

const takenAway =
  'What it said was taken away before it could be archived; a content export of Symphony keeps it.';

/**
 * It reaches those who got the original, and no one else. Symphony's list does not tell who
 * suppressed a message: its author may, and so may a compliance officer.
 */
function convertDeletion(message: Message, setting: Setting): ArchiveItem {
  const { base, author, conversation, original } = setting;
  const audience = original
    ? audienceOf(original)
    : setting.audience(new Date(message.timestamp));
  return {
    ...{ ...base, conversation, author: original?.author ?? author, ...audience },
    change: 'The message was suppressed.',
    text: '',
    ...parentOf(message, setting),
    ...(original && { quote: quoteOf(original) }),
    notes: [
      ...(original ? [] : [takenAway]),
      'Symphony does not tell who suppressed it: its author, or a compliance officer.',
    ],
  };
}
