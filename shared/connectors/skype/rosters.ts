import type { StateStore } from '../connector.ts';
import { hashOf } from '../item/key.ts';
import {
  emptyRoster,
  type Roster,
  type RosterStep,
  rosterSchema,
  withSteps,
} from './roster.ts';

const mostTries = 10;

/** The rosters of all rooms, a document for each, kept from file to file and run to run. */
export interface Rosters {
  /** Adding the same steps again changes nothing. */
  add(steps: Map<string, RosterStep[]>): Promise<void>;
  of(room: string): Promise<Roster | undefined>;
}

export function createRosters(state: StateStore): Rosters {
  async function addTo(room: string, steps: RosterStep[]): Promise<void> {
    for (let tries = 0; tries < mostTries; tries++) {
      const kept = await state.read(nameOf(room), rosterSchema);
      const before = kept?.value ?? emptyRoster(room);
      const after = withSteps(before, steps);
      if (JSON.stringify(after) === JSON.stringify(before)) return;
      if (await state.write(nameOf(room), after, kept?.etag ?? 'absent')) return;
    }
    throw new Error('A roster could not be kept: others write it all the time.');
  }

  return {
    async add(steps) {
      for (const [room, added] of steps) await addTo(room, added);
    },
    of: async (room) => (await state.read(nameOf(room), rosterSchema))?.value,
  };
}

const nameOf = (room: string): string => `room-${hashOf(room).slice(0, 32)}`;
