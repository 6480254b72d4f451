import { json } from '../simulation/answers.ts';
import { notFound, refusal } from './answers.ts';
import type { Handler } from './calls.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { decodeId } from './ids.ts';
import { byUuid } from './lookup.ts';
import { membershipJson } from './resources.ts';

/** https://developer.webex.com/docs/api/v1/memberships/list-memberships */
export const listMemberships: Handler = (call, simulation) => {
  const { query, where } = call;
  const { world, now, violation, baseUrl } = simulation;
  const refuse = (message: string) => {
    violation(`${where}: ${message}`);
    return refusal(400, message);
  };
  const filters = ['roomId', 'personId', 'personEmail'].filter((name) => query.has(name));
  if (filters.length === 0) return refuse('A room or a person is needed.');
  const max = Number(query.get('max') ?? 100);
  if (!Number.isInteger(max) || max < 1 || max > 1000) {
    return refuse('"max" must be between 1 and 1000.');
  }
  const cursor = query.get('cursor');
  const start = cursor === null ? 0 : Number(readCursor(cursor, 0, max)?.after);
  if (Number.isNaN(start)) return refuse('The cursor is not valid.');
  const roomId = query.get('roomId');
  const room = roomId === null ? undefined : byUuid(world.rooms, decodeId(roomId));
  if (roomId !== null && !room) return notFound();
  const personUuid = decodeId(query.get('personId') ?? '');
  const address = query.get('personEmail')?.toLowerCase();
  const candidates = room
    ? (world.stays.get(room.uuid) ?? [])
    : [...world.stays.values()].flat();
  const current = candidates.filter(
    ({ from, to, person }) =>
      from <= now() &&
      (!to || to > now()) &&
      (!query.has('personId') || person.uuid === personUuid) &&
      (address === undefined || person.address.toLowerCase() === address),
  );
  const body = { items: current.slice(start, start + max).map(membershipJson) };
  const end = start + max;
  if (end >= current.length) return json(200, body);
  const next = new URLSearchParams(query);
  next.set('cursor', writeCursor({ after: String(end), filled: true }, 0, max));
  return json(200, body, { Link: `<${baseUrl()}/memberships?${next}>; rel="next"` });
};
