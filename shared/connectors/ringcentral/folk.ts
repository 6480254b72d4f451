import type { Person } from '../../archive/state/item.ts';
import { chatsOf } from './build.ts';
import type { ItemRaw, RingCentralContext, Room } from './records.ts';
import { rosterAt } from './roster.ts';
import { isDraft } from './surveyRecords.ts';

/** Who gets an email; see `ArchiveItem`. */
export interface Audience {
  participants: Person[];
  audienceUnknown?: boolean;
}

const nobody = 'unknown';

/** The people of a page, by what its context says of them. */
export function createFolk({ people, rooms }: RingCentralContext) {
  const person = (id: string): Person => {
    const { name, address } = (Object.hasOwn(people, id) && people[id]) || {};
    return { id, ...(name && { name }), ...(address && { address }) };
  };

  const roomOf = (name: string): Room | undefined =>
    Object.hasOwn(rooms, name) ? rooms[name] : undefined;

  const writer = ({ source }: ItemRaw): Person => person(source.creator?.id ?? nobody);

  return {
    person,
    roomOf,
    writer,
    /** Who changed it last, where the export says so. */
    editor: (raw: ItemRaw): Person =>
      raw.source.lastModifiedBy ? person(raw.source.lastModifiedBy.id) : writer(raw),

    /** Who could read an item at an instant. Where nobody can tell, only who wrote it. */
    audience(raw: ItemRaw, at: Date): Audience {
      const ids = new Set(raw.source.creator ? [raw.source.creator.id] : []);
      if (raw.kind === 'note' && isDraft(raw.source)) {
        const isKnown = raw.source.status?.toLowerCase() === 'draft';
        return audienceOf(ids, person, !isKnown || raw.source.creator === undefined);
      }
      if (raw.kind === 'task') {
        for (const { id } of raw.source.assignees ?? []) ids.add(id);
      }
      let isUnsure = raw.kind === 'other' || raw.rooms.length < chatsOf(raw).length;
      for (const name of raw.rooms) {
        const room = roomOf(name);
        const found =
          room?.steady && rosterAt({ ...room, steady: room.steady }, at.toISOString());
        for (const id of found?.ids ?? []) ids.add(id);
        isUnsure ||= !found || found.isUnsure || room?.isPartial === true;
      }
      return audienceOf(ids, person, isUnsure);
    },
  };
}

/** See `createFolk`. */
export type Folk = ReturnType<typeof createFolk>;

const audienceOf = (
  ids: Set<string>,
  person: (id: string) => Person,
  isUnsure: boolean,
): Audience => ({
  participants: [...ids].sort().map(person),
  ...(isUnsure && { audienceUnknown: true }),
});
