import type { Person } from '../../archive/state/item.ts';
import type { StreamContext, StreamInfo } from './records.ts';

/**
 * The subject of a stream's emails: a room's name. A chat without one is called after those who
 * are in it, and a wall after whose it is.
 */
export function conversationName(
  info: StreamInfo,
  stream: StreamContext | undefined,
  author: Person,
  personOf: (id: string) => Person,
): string {
  const { id, type, name } = info;
  if (name !== undefined && type !== 'IM') return name;
  if (type === 'POST') return `Wall of ${labelOf(author)}`;
  if (type === 'ROOM') return `Room ${id.slice(0, 8)}`;
  const present = (stream?.stays ?? []).filter(({ gone }) => gone === undefined);
  const names = present.map((stay) => labelOf(personOf(stay.id))).sort();
  return names.length > 0 ? names.join(', ') : `Chat ${id.slice(0, 8)}`;
}

const labelOf = ({ name, address, id }: Person): string => name ?? address ?? id;
