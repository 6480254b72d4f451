import { compile } from 'html-to-text';
import type { ArchiveItem, Quote } from '../../archive/state/item.ts';
import { bodyOf } from './messageBody.ts';
import { keys, type Raw } from './records.ts';
import type { Message } from './schema.ts';
import type { Setting } from './setting.ts';

const plain = compile({ wordwrap: false });

type Audience = Pick<ArchiveItem, 'participants' | 'audienceUnknown'>;

/** A message, a version of one, or a suppression. */
export function convertMessage({ kind, message }: Raw, setting: Setting): ArchiveItem {
  if (kind === 'deletion') return convertDeletion(message, setting);
  const { base, author, conversation, original } = setting;
  const audience = setting.audience(base.at);
  const quoted = base.event === 'edited' ? quoteForAll(original, audience) : {};
  return {
    ...{ ...base, conversation, author, ...audience },
    ...bodyOf(message),
    ...parentOf(message, setting),
    ...(quoted.quote && { quote: quoted.quote }),
    notes: [...disclaimerOf(message), ...(quoted.notes ?? [])],
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
    text: 'The message was suppressed.',
    ...parentOf(message, setting),
    ...(original && { quote: quoteOf(original) }),
    notes: [
      'Symphony does not tell who suppressed it: its author, or a compliance officer.',
    ],
  };
}

/** Who got an item, for what changes it. */
export const audienceOf = ({ participants, audienceUnknown }: ArchiveItem): Audience => ({
  participants,
  ...(audienceUnknown && { audienceUnknown }),
});

const quoteOf = ({ author, at, text }: ArchiveItem): Quote => ({ author, at, text });
