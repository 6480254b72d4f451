import type { PageRequest } from '../connector.ts';
import type { Place, Slice } from './listing.ts';
import type { Meeting } from './meeting.ts';

/** One of the two ways in: what was bought decides which one there is. */
export interface Lane {
  /** The first place of a run. */
  begin(request: PageRequest): Place;
  /** What is listed at a place, and which place follows. */
  read(request: PageRequest, place: Place): Promise<Slice>;
  /** A listed meeting with all its files. Throws what `isItemFault` knows. */
  complete(meeting: Meeting, request: PageRequest): Promise<Meeting>;
  /** The same meeting as Zoom has it now; undefined if it is gone. */
  again(meeting: Meeting, request: PageRequest): Promise<Meeting | undefined>;
}
