import type { Person } from '../../archive/state/item.ts';
import type { KnownPerson } from '../item/knownPerson.ts';
import { type Audience, audienceAt } from './audience.ts';
import { uuidOf } from './ids.ts';
import type { RoomContext, WebexContext } from './records.ts';

/** The people around a record, by what the room and the page's context say of them. */
export interface Folk {
  /** By whatever spelling of the id. */
  person(id: string): Person;
  /** Who could read what was said then, as the email's participants. */
  audience(
    at: Date,
    authorId: string,
  ): { participants: Person[]; audienceUnknown?: boolean };
}

export function createFolk(context: WebexContext, room: RoomContext | undefined): Folk {
  const known = new Map<string, KnownPerson>(Object.entries(context.people));
  const learn = ({ id, name, address }: KnownPerson & { id: string }) => {
    const before = known.get(id);
    known.set(id, {
      ...before,
      ...(name !== undefined && { name }),
      ...(address !== undefined && { address }),
    });
  };
  for (const change of room?.changes ?? []) learn(change);
  for (const member of room?.members ?? []) learn(member);

  const person = (rawId: string): Person => {
    const id = uuidOf(rawId);
    const { name, address } = known.get(id) ?? {};
    return { id, ...(name && { name }), ...(address && { address }) };
  };

  return {
    person,
    audience(at, authorId) {
      const { ids, isUnknown }: Audience = audienceAt(room, at, uuidOf(authorId));
      const participants = ids.map(person);
      return { participants, ...(isUnknown && { audienceUnknown: true }) };
    },
  };
}
