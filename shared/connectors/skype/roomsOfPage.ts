import type { ChatEvent } from './complianceEvent.ts';
import { createDoubts, type Roster, sliceOf } from './roster.ts';
import type { Rosters } from './rosters.ts';

interface RoomOfPage {
  roster: Roster;
  isDoubtful: ReturnType<typeof createDoubts>;
  from: number;
  to: number;
}

/** About what a person of a roster takes on a page. */
const personBytes = 120;

/** The rosters that a page needs, and of each the stretch of time that the page is about. */
export interface RoomsOfPage {
  /** Notes that the page has this event. True if others than the roster's may have read it. */
  use(event: ChatEvent): Promise<boolean>;
  context(): Record<string, Roster>;
}

export function createRoomsOfPage(
  rosters: Rosters,
  weigh: (bytes: number) => void,
): RoomsOfPage {
  const rooms = new Map<string, RoomOfPage | undefined>();

  async function load(uri: string): Promise<RoomOfPage | undefined> {
    const roster = await rosters.of(uri);
    if (!roster) return undefined;
    weigh(roster.people.length * personBytes);
    const isDoubtful = createDoubts(roster);
    return { roster, isDoubtful, from: Infinity, to: -Infinity };
  }

  return {
    async use({ room, time, sender }) {
      if (!room || !time) return true;
      if (!rooms.has(room.uri)) rooms.set(room.uri, await load(room.uri));
      const known = rooms.get(room.uri);
      if (!known) return true;
      known.from = Math.min(known.from, time.micros);
      known.to = Math.max(known.to, time.micros);
      return !sender || known.isDoubtful(time.micros, sender);
    },
    context: () =>
      Object.fromEntries(
        [...rooms].flatMap(([uri, room]) =>
          room ? [[uri, sliceOf(room.roster, room.from, room.to)]] : [],
        ),
      ),
  };
}
