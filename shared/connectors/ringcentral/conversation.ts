import type { ArchiveItem } from '../../archive/state/item.ts';
import { chatsOf } from './build.ts';
import type { Folk } from './folk.ts';
import type { ItemRaw, Room } from './records.ts';

/** An item's conversation: its first chat, or, where it is in none, its author's own things. */
export function conversationOf(raw: ItemRaw, folk: Folk): ArchiveItem['conversation'] {
  const room = folk.roomOf(raw.rooms[0] ?? '');
  if (room) return { id: room.id, name: nameOf(room, folk) };
  const [chatId] = chatsOf(raw);
  if (chatId !== undefined) return { id: chatId, name: `Chat ${chatId}` };
  const { id, name, address } = folk.writer(raw);
  return { id: `person-${id}`, name: `RingCentral: ${name ?? address ?? id}` };
}

/** Only teams have names; a conversation is called after those who are in it. */
function nameOf({ id, name, type, steady }: Room, { person }: Folk): string {
  if (name) return name;
  if (type.toLowerCase() === 'everyone') return 'Everyone';
  const names = (steady ?? [])
    .map(person)
    .map((one) => one.name ?? one.address ?? one.id)
    .sort();
  const isConversation = ['direct', 'group', 'personal'].includes(type.toLowerCase());
  return isConversation && names.length > 0 ? names.join(', ') : `Chat ${id}`;
}
