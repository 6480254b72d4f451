import type { Person } from '../../archive/item.ts';
import type { RoomContext } from './records.ts';

/**
 * The subject of a space's emails. A 1:1 has no title of its own for a compliance officer, and
 * is called after the two. A team's spaces begin with the team; its General space is the team.
 */
export function conversationName(
  room: RoomContext,
  personOf: (id: string) => Person,
): string {
  if (room.isDirect) return namesOf(room, personOf) ?? `Direct space ${short(room.id)}`;
  const { title, team, isGeneral } = room;
  if (team !== undefined) {
    if (isGeneral || title === undefined || title === team) return team;
    return `${team} – ${title}`;
  }
  return title ?? `Space ${short(room.id)}`;
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
