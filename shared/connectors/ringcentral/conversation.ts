import type { ArchiveItem, Person } from '../../archive/state/item.ts';
import { chatsOf } from './build.ts';
import type { Folk } from './folk.ts';
import type { ItemRaw, Room } from './records.ts';

type Conversation = ArchiveItem['conversation'];

/**
 * An item's conversation: a chat that everybody who gets it is in, for an email has one subject for
 * all of them. Else its only chat, if its name names nobody; else the item itself. Where it is
 * in no chat, its author's own things.
 */
export function conversationOf(
  raw: ItemRaw,
  folk: Folk,
  participants: Person[],
): Conversation {
  const chats = chatsOf(raw);
  const rooms = raw.rooms.map(folk.roomOf).filter((room) => room !== undefined);
  const [room] = rooms;
  if (room && chats.length === 1 && !namesPeople(room)) return named(room, folk);
  // Who wrote in its only chat was in it, though an export may not name them any more.
  const author = chats.length === 1 ? raw.source.creator?.id : undefined;
  const readers = participants.map(({ id }) => id).filter((id) => id !== author);
  const common = rooms.find((one) => {
    const members = membersOf(one);
    return readers.every((id) => members.has(id));
  });
  if (common) return named(common, folk);
  if (room || chats.length > 1) return ownConversation(raw);
  const [chatId] = chats;
  if (chatId !== undefined) return { id: chatId, name: `Chat ${chatId}` };
  const { id, name, address } = folk.writer(raw);
  return { id: `person-${id}`, name: `RingCentral: ${name ?? address ?? id}` };
}

const named = (room: Room, folk: Folk): Conversation => ({
  id: room.id,
  name: nameOf(room, folk),
});

/** Now or once: the people of an item are those of its own time. */
const membersOf = ({ steady = [], stays }: Room): Set<string> =>
  new Set([...steady, ...stays.map(({ id }) => id)]);

const titleOf = (raw: ItemRaw): string | undefined => {
  switch (raw.kind) {
    case 'task':
    case 'event':
      return raw.source.subject;
    case 'note':
      return raw.source.title;
    case 'file':
      return raw.source.name;
    default:
      return undefined;
  }
};

function ownConversation(raw: ItemRaw): Conversation {
  const { id } = raw.source;
  return {
    id: `${raw.kind}-${id}`,
    name: `RingCentral ${raw.kind}: ${titleOf(raw) || id}`,
  };
}

const isPrivate = ({ type }: Room): boolean =>
  ['direct', 'group', 'personal'].includes(type.toLowerCase());

/** Without a name of its own it is called after those who are in it. */
const namesPeople = (room: Room): boolean => isPrivate(room) && !room.name;

function nameOf(room: Room, { person }: Folk): string {
  const { id, name, type, steady } = room;
  if (name) return name;
  if (type.toLowerCase() === 'everyone') return 'Everyone';
  const names = (steady ?? [])
    .map(person)
    .map((one) => one.name ?? one.address ?? one.id)
    .sort();
  return isPrivate(room) && names.length > 0 ? names.join(', ') : `Chat ${id}`;
}
