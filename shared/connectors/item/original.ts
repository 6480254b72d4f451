import type { ArchiveItem, Person, Quote } from '../../archive/state/item.ts';

/** Who an email goes to, as far as an item says. */
export type Audience = Pick<ArchiveItem, 'participants' | 'audienceUnknown'>;

/** Who got an item, for what changes it. */
export const audienceOf = ({ participants, audienceUnknown }: ArchiveItem): Audience => ({
  participants,
  ...(audienceUnknown && { audienceUnknown }),
});

/** What an item said, for what changes it. */
export const quoteOf = ({ author, at, text }: ArchiveItem): Quote => ({
  author,
  at,
  text,
});

/** There is an original, and all of these got it. */
export function isForAll(
  original: ArchiveItem | undefined,
  participants: Person[],
): original is ArchiveItem {
  const readers = new Set(original?.participants.map(({ id }) => id));
  return original !== undefined && participants.every(({ id }) => readers.has(id));
}

/**
 * What stood there before an edit. Who joined after the original could not read it, so it is not
 * quoted to them; a note says so then.
 */
export function quoteForAll(
  original: ArchiveItem | undefined,
  { participants }: Audience,
): { quote?: Quote; note?: string } {
  if (!original) return {};
  if (isForAll(original, participants)) return { quote: quoteOf(original) };
  return {
    note: 'The text before this edit is not quoted here, because not everybody who could read the edit could read it.',
  };
}

/** Names the writer of an item that somebody else has changed. */
export const mentionOf = (
  writer: Person,
  author: Person,
): Pick<ArchiveItem, 'mentioned'> =>
  writer.id === author.id ? {} : { mentioned: [writer] };
