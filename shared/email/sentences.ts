import type { ArchiveItem, MissingFile, Person, Quote } from '../archive/state/item.ts';
import { cleanLine } from './clean.ts';
import { fileName } from './fileNames.ts';
import type { EmailOrigin } from './types.ts';

/** What the body says beside the text itself; the text and the HTML part say the same. */
export interface Sentences {
  event: string | undefined;
  /** Whose text is quoted, and of when. */
  attribution: string | undefined;
  notes: string[];
  missing: string[];
  partial: string | undefined;
  footer: string[];
}

/** What an email's body says beside the item's own text. */
export function sentencesOf(item: ArchiveItem, origin: EmailOrigin): Sentences {
  return {
    event: eventLine(item),
    attribution: item.quote && attribution(item.quote),
    notes: (item.notes ?? []).map((note) => cleanLine(note, 2000)),
    missing: item.missing.map(missingLine),
    partial: item.partial && `Not complete: ${cleanLine(item.partial, 2000)}`,
    footer: [
      `Source: ${cleanLine(origin.source)}`,
      `Conversation: ${cleanLine(item.conversation.name) || '(no name)'}`,
      `Item: ${cleanLine(item.itemId, 1000)}`,
      `Event: ${item.event}`,
    ],
  };
}

function eventLine({ event, author, quote, change }: ArchiveItem): string | undefined {
  if (change) return cleanLine(change, 2000);
  if (event === 'created') return undefined;
  const message = quote ? messageOf(quote, author) : 'an earlier message';
  if (event === 'supplemented') return `This supplements ${message}.`;
  return `${nameOf(author)} ${event} ${message}.`;
}

function messageOf(quote: Quote, actor: Person): string {
  const writer = quote.author.id === actor.id ? '' : ` by ${nameOf(quote.author)}`;
  return `a message${writer} of ${instant(quote.at)}`;
}

function attribution(quote: Quote): string {
  return `${nameOf(quote.author)} wrote on ${instant(quote.at)}:`;
}

function missingLine({ name, bytes, sha256, reason }: MissingFile): string {
  const facts = [
    ...(bytes === undefined ? [] : [`${bytes} bytes`]),
    ...(sha256 === undefined ? [] : [`SHA-256 ${cleanLine(sha256, 64)}`]),
  ];
  const known = facts.length > 0 ? ` (${facts.join(', ')})` : '';
  return `File not included: ${fileName(name)}${known}: ${cleanLine(reason, 2000)}`;
}

function nameOf(person: Person): string {
  return cleanLine(person.name || person.address || person.id, 200) || 'Somebody';
}

function instant(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
