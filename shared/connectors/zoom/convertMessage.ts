import type { z } from 'zod';
import type { ArchiveItem, Quote } from '../../archive/state/item.ts';
import { audienceFields } from './audienceFields.ts';
import type { messageRawSchema } from './records.ts';
import type { Setting } from './setting.ts';
import { sentAt } from './talk.ts';

type Raw = z.infer<typeof messageRawSchema>;

/** A message that was not to everyone. */
export function convertMessage(
  raw: Raw,
  { base, meeting, original }: Setting,
): ArchiveItem {
  const { author, people, isUnknown, about, aboutAuthor, parent } = raw;
  const quote: Quote | undefined =
    about && aboutAuthor
      ? { author: aboutAuthor, at: new Date(sentAt(about, meeting)), text: about.text }
      : undefined;
  const isChange = base.event !== 'created';
  const writer = original?.author ?? aboutAuthor;
  return {
    ...base,
    author,
    // Whoever got the original gets what became of it.
    ...(isChange && original
      ? audienceFields(original.participants, original.audienceUnknown ?? false)
      : audienceFields(people, isUnknown)),
    ...(isChange && writer && writer.id !== author.id && { mentioned: [writer] }),
    text: textOf(raw),
    ...(quote && { quote }),
    ...(parent !== undefined && { parentKey: parent }),
    notes: notesOf(raw),
  };
}

function textOf({ message: { kind, text } }: Raw): string {
  if (kind === 'deletion') return '';
  if (kind === 'reaction') return `Reacted: ${text}`;
  if (kind === 'feedback') return `Gave feedback: ${text}`;
  return text;
}

function notesOf({ message, isUnknown, people }: Raw): string[] {
  const { kind, seconds, time, receiver } = message;
  const name = receiver?.name;
  return [
    'A message of the meeting that was not to everyone.',
    ...(name ? [`To: ${name}`] : []),
    ...(seconds === undefined && time ? [`Its time, as the chat has it: ${time}.`] : []),
    ...(kind === 'unknown' ? ['It is of a kind that this version does not know.'] : []),
    ...(isUnknown
      ? [
          people.length > 0
            ? 'Others may have had it; Zoom does not tell.'
            : 'Zoom does not tell who had it.',
        ]
      : []),
  ];
}
