import type { Person } from '../../archive/state/item.ts';
import type { RoomContext } from './records.ts';

/**
 * The subject of a space's emails: its title. A 1:1 has none for a compliance officer, and is
 * called after the two; the General space of a team is called after the team.
 */
export function conversationName(
  room: RoomContext,
  personOf: (id: string) => Person,
): string {
  if (room.isDirect) return namesOf(room, personOf) ?? `Direct space ${short(room.id)}`;
  const { title, team, isGeneral } = room;
  const name = isGeneral ? (team ?? title) : (title ?? team);
  return name ?? `Space ${short(room.id)}`;
}

function namesOf(
  room: RoomContext,
  personOf: (id: string) => Person,
): string | undefined {
  const names = (room.members ?? [])
    .map(({ id }) => personOf(id))
    .map(({ name, address, id }) => name ?? address ?? id)
    .sort();
  return names.length > 0 ? names.join(', ') : undefined;
}

const short = (id: string): string => id.slice(0, 8);
