import type { MissingFile, Person } from '../../archive/state/item.ts';
import { type Audience, audiencesOf, instantOf, type Room } from './audience.ts';
import type { ChatMessage } from './chat.ts';
import { readChatJson } from './chatJson.ts';
import { readChatText } from './chatText.ts';
import { nameOf } from './fileKinds.ts';
import type { Meeting, MeetingFile, SharedFile } from './meeting.ts';
import type { ChatContent } from './readTexts.ts';
import { plainPerson, type Roster } from './roster.ts';
import { shortHash } from './shortHash.ts';

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

/** The JSON form says most, so the text form is read only where there is nothing else. */
export function readTalk(
  meeting: Meeting,
  { contents, missing }: { contents: ChatContent[]; missing: MissingFile[] },
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
    return { id: sender.id || `guest-${shortHash([name ?? id])}`, ...(name && { name }) };
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

/**
 * What another talk does not have. The two forms of a chat name their messages differently, so
 * that one also counts as the other by who wrote it, to whom, and what it says.
 */
export function without(talk: Talk, before: Talk): Talk {
  const counts = new Map<string, number>();
  for (const message of before.byId.values()) {
    const mark = markOf(message);
    counts.set(mark, (counts.get(mark) ?? 0) + 1);
  }
  const known = new Set<string>();
  for (const message of talk.byId.values()) {
    const count = counts.get(markOf(message)) ?? 0;
    if (count > 0) counts.set(markOf(message), count - 1);
    if (count > 0 || before.byId.has(message.id)) known.add(message.id);
  }
  return {
    ...talk,
    open: talk.open.filter(({ id }) => !known.has(id)),
    aside: talk.aside.filter(({ message }) => !known.has(message.id)),
  };
}

const markOf = ({ kind, sender, receiver, text }: ChatMessage): string =>
  shortHash([kind === 'reply' ? 'message' : kind, sender.name, receiver?.name, text]);

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
