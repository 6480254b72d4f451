import type { PageRequest } from '../connector.ts';
import type { Lane } from './lane.ts';
import type { Place, Slice } from './listing.ts';

/** Slices of a lane; the one read last is remembered, as several pages come from it. */
export type Slices = (request: PageRequest, place: Place) => Promise<Slice>;

/** Reads each slice once, as long as nobody asks for another one in between. */
export function createSlices(lane: Lane): Slices {
  let last: { name: string; slice: Slice } | undefined;
  return async function read(request, place) {
    const name = JSON.stringify([request.runId, place]);
    if (last?.name !== name) last = { name, slice: await lane.read(request, place) };
    return last.slice;
  };
}
