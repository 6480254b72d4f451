import type { ArchiveItem, Person } from '../../archive/state/item.ts';
import type { SourceRecord } from '../connector.ts';
import { type ItemBase, itemBase } from '../item/itemBase.ts';
import { hashOf } from '../item/key.ts';
import { type ChatEvent, chatEventOf, type Sender } from './complianceEvent.ts';
import {
  type ChatRaw,
  contextSchema,
  rawSchema,
  type SessionRaw,
  type SkypeContext,
} from './records.ts';
import { membersAt, positionOf } from './roster.ts';
import { rtfToText } from './rtf.ts';

/** A record of a page → what becomes an email. Pure. */
export function convertRecord(
  record: SourceRecord,
  context: unknown,
  original: ArchiveItem | undefined,
): ArchiveItem {
  const raw = rawSchema.parse(record.raw);
  const base = itemBase(record, raw);
  if (raw.kind === 'session') return convertSession(raw, base);
  if (raw.kind === 'chat') return convertChat(raw, contextSchema.parse(context), base);
  return convertUpload(raw.of, base, original);
}

const nobody: Person = { id: 'unknown', name: 'Unknown' };

function convertChat(raw: ChatRaw, { rooms }: SkypeContext, base: ItemBase): ArchiveItem {
  const event = chatEventOf(raw.event, raw.channel ? [raw.channel] : []);
  const { sender, type, content } = event;
  const roster = raw.room === undefined ? undefined : rooms[raw.room];
  const isKnown = ['CHAT', 'FILEUPLOAD'].includes(type);
  const members =
    roster && isKnown && event.time ? membersAt(roster, event.time.micros) : [];
  const author = sender ? authorOf(sender, roster?.people ?? []) : nobody;
  const others = members
    .map((at) => personOf(roster?.people[at] ?? {}))
    .filter(({ id }) => id !== author.id)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    ...base,
    conversation: conversationOf(event),
    author,
    participants: sender ? [author, ...others] : [],
    ...((raw.isDoubtful || !isKnown) && { audienceUnknown: true }),
    text: type === 'FILEUPLOAD' ? `Uploaded a file: ${content}` : textOf(content),
    ...(!isKnown && { notes: [`Skype for Business recorded this as ${type}.`] }),
  };
}

const textOf = (content: string): string =>
  content.startsWith('{\\rtf') ? rtfToText(content) : content;

/** Other events may have told more of somebody than this one does. */
function authorOf(sender: Sender, people: Sender[]): Person {
  const known = people[positionOf(people, sender)];
  return personOf({ ...known, ...sender });
}

/** Many files lack somebody's email where others have it: only then the SIP address has to do. */
function personOf({ uri, number, name, address: email }: Sender): Person {
  const address = email ?? (uri?.includes('@') ? uri : undefined);
  const id = uri ?? address?.toLowerCase() ?? `user-${number ?? 'unknown'}`;
  return { id, ...(name && { name }), ...(address && { address }) };
}

const conversationOf = ({ room }: ChatEvent): ArchiveItem['conversation'] =>
  room ? { id: room.uri, name: room.name } : { id: 'unknown', name: 'Persistent Chat' };

const grown = 'The session had grown when it was exported again: this is all of it.';

function convertSession(raw: SessionRaw, base: ItemBase): ArchiveItem {
  const { people, subject, text, html, hasDate } = raw;
  const author = raw.author ?? people[0] ?? nobody;
  const name = subject || namesOf(people);
  return {
    ...base,
    ...(base.changesKey !== undefined && { change: grown }),
    conversation: {
      id: hashOf([name, people.map(({ id }) => id).sort()]).slice(0, 32),
      name,
    },
    author,
    participants: people,
    ...(people.length === 0 && { audienceUnknown: true }),
    text,
    ...(html !== undefined && { html }),
    ...(!hasDate && { notes: ['The export does not say when this was.'] }),
  };
}

const namesOf = (people: Person[]): string =>
  people
    .map(({ name, address, id }) => name ?? address ?? id)
    .sort()
    .join(', ') || 'Skype for Business session';

/** A file that came later goes to those who got its message. */
function convertUpload(
  of: ChatRaw | undefined,
  base: ItemBase,
  original: ArchiveItem | undefined,
): ArchiveItem {
  const event = of && chatEventOf(of.event, of.channel ? [of.channel] : []);
  const author = original?.author ?? (event?.sender ? personOf(event.sender) : nobody);
  return {
    ...base,
    conversation: original?.conversation ?? (event ? conversationOf(event) : unknownRoom),
    author,
    participants: original?.participants ?? [author],
    ...((original?.audienceUnknown ?? !original) && { audienceUnknown: true }),
    text: 'A file that could not be archived with its message.',
    notes: ['This supplements a message that was archived without this file.'],
  };
}

const unknownRoom = { id: 'unknown', name: 'Persistent Chat' };
