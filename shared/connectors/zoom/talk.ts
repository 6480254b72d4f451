import type { MissingFile, Person } from '../../archive/state/item.ts';
import { type Audience, audiencesOf, instantOf, type Room } from './audience.ts';
import type { ChatMessage } from './chat.ts';
import { readChatJson } from './chatJson.ts';
import { readChatText } from './chatText.ts';
import { nameOf } from './fileKinds.ts';
import type { Downloads } from './files.ts';
import type { Meeting, MeetingFile, SharedFile } from './meeting.ts';
import { hashOf, plainPerson, type Roster } from './roster.ts';

/** A message that was not to everyone, and who had it. */
export interface SideTalk {
  message: ChatMessage;
  author: Person;
  audience: Extract<Audience, { kind: 'some' }>;
}

/** What was said in a meeting's chat. */
export interface Talk {
  /** To everyone in the meeting, in order. */
  open: ChatMessage[];
  aside: SideTalk[];
  byId: Map<string, ChatMessage>;
  /** Chats that could not be had. */
  missing: MissingFile[];
  authorOf(message: ChatMessage): Person;
  /** Who shared a file: undefined where the chat doesn't say. */
  sharerOf(file: SharedFile): ChatMessage | undefined;
}

/** Chats as they are, or why they have to wait. */
export type ReadChats =
  | { kind: 'read'; contents: ChatContent[]; missing: MissingFile[] }
  | { kind: 'later'; reason: string };

interface ChatContent {
  file: MeetingFile;
  text: string;
}

/** Chats and logs as they are; one that can't be had now is waited for, unless it is the last time. */
export async function readTexts(
  downloads: Downloads,
  files: MeetingFile[],
  { isLast, until }: { isLast: boolean; until: Date | undefined },
): Promise<ReadChats> {
  const read: Extract<ReadChats, { kind: 'read' }> = {
    ...{ kind: 'read', contents: [], missing: [] },
  };
  for (const file of files) {
    if (file.status !== 'ready') {
      read.missing.push({
        name: nameOf(file),
        reason: `Zoom says that it is ${file.status}.`,
      });
      continue;
    }
    const outcome = await downloads.read(file, until);
    if (outcome.kind === 'text') read.contents.push({ file, text: outcome.text });
    else if (outcome.kind === 'later' && !isLast) return outcome;
    else read.missing.push(outcome.file);
  }
  return read;
}

/** The JSON form says most, so the text form is read only where there is nothing else. */
export function readTalk(
  meeting: Meeting,
  { contents, missing }: Extract<ReadChats, { kind: 'read' }>,
  room: Room,
): Talk {
  const lost = [...missing];
  const lists: ChatMessage[][] = [];
  for (const { file, text } of contents) {
    const messages = file.extension === 'JSON' ? readChatJson(text) : undefined;
    if (messages) lists.push(messages);
    else if (file.extension === 'JSON') lost.push(unreadable(file));
  }
  if (lists.length === 0) {
    for (const { file, text } of contents) {
      if (file.extension !== 'JSON') lists.push(textMessages(meeting, text, room.roster));
    }
  }
  return talkOf(merged(lists), lost, room);
}

const unreadable = (file: MeetingFile): MissingFile => ({
  name: nameOf(file),
  ...(file.bytes && { bytes: file.bytes }),
  reason:
    'The chat is in a form that could not be read; it is not attached, as it may hold private messages.',
});

function talkOf(messages: ChatMessage[], missing: MissingFile[], room: Room): Talk {
  const { roster } = room;
  const audiences = audiencesOf(messages, room);
  const byId = new Map(messages.map((message) => [message.id, message]));
  const authorOf = ({ sender, id }: ChatMessage): Person => {
    const attendee = roster.find(sender);
    if (attendee) return plainPerson(attendee);
    const { name } = sender;
    return { id: sender.id || `guest-${hashOf([name ?? id])}`, ...(name && { name }) };
  };
  const talk: Talk = {
    ...{ open: [], aside: [], byId, missing, authorOf },
    sharerOf: sharersIn(messages),
  };
  for (const message of messages) {
    const audience = audiences.get(message.id);
    if (audience?.kind === 'public') talk.open.push(message);
    else if (audience) talk.aside.push({ message, author: authorOf(message), audience });
  }
  return talk;
}

/** The same message may stand in several participants' chats. */
function merged(lists: ChatMessage[][]): ChatMessage[] {
  const byId = new Map<string, ChatMessage>();
  for (const message of lists.flat()) {
    if (!byId.has(message.id)) byId.set(message.id, message);
  }
  return [...byId.values()].sort((a, b) => (a.seconds ?? 0) - (b.seconds ?? 0));
}

/** Some text chats have the clock of the host's zone; then nothing says when it was. */
function textMessages(meeting: Meeting, text: string, roster: Roster): ChatMessage[] {
  const isKnownName = (name: string) =>
    roster.attendees?.some((attendee) => attendee.name === name) ?? false;
  const messages = readChatText(text, isKnownName);
  const lasted = (Date.parse(meeting.end ?? '') - Date.parse(meeting.start)) / 1000;
  const isElapsed = messages.every(({ seconds = 0 }) => !(seconds > lasted + 300));
  return isElapsed ? messages : messages.map(({ seconds: _, ...message }) => message);
}

/** By the file's id, or where the chat has none, by a message that is nothing but its name. */
function sharersIn(messages: ChatMessage[]): Talk['sharerOf'] {
  const ids = new Map<string, ChatMessage>();
  for (const message of messages) {
    // A file follows the first message that has it.
    for (const { id } of message.files) if (!ids.has(id)) ids.set(id, message);
  }
  return (file) => {
    const known = ids.get(file.id);
    if (known) return known;
    const named = messages.filter(({ text }) => text.trim() === file.name);
    return named.length === 1 ? named[0] : undefined;
  };
}

/** When a message was sent, as far as can be told: ISO 8601. */
export const sentAt = (message: ChatMessage, meeting: { start: string }): string =>
  instantOf(message, new Date(meeting.start)) ?? meeting.start;
