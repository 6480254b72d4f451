import type { PageRequest } from '../connector.ts';
import type { Cursor } from './cursor.ts';
import type { EventPage, EventPlace, EventReader, EventResource } from './events.ts';
import type { Pace } from './pace.ts';
import type { PageWork, Source } from './pageWork.ts';

export interface FetchSource extends Source {
  events: EventReader;
  pace: Pace;
}

/** A page under way, and how far the run has come with it. */
export interface Run {
  source: FetchSource;
  work: PageWork;
  request: PageRequest;
  /** Where to go on from if the page ended now; undefined at the end of the run. */
  cursor: Cursor | undefined;
  /** Until when membership events have been read; undefined before that phase has ended. */
  membershipsTo: string | undefined;
  faultsInARow: number;
}

export const readEvents = (
  { source, request }: Run,
  resource: EventResource,
  { from, to, max, url }: Cursor & { to: string },
  { isPatient } = { isPatient: false },
): Promise<EventPage> =>
  source.events.read(
    resource,
    { from, to, max, url },
    {
      earliest: request.window.from,
      until: isPatient ? undefined : request.limits.until,
    },
  );

/** The cursor at the beginning of one of Webex's pages. */
export function movedTo(cursor: Cursor, { url, ...place }: EventPlace): Cursor {
  const { phase, membershipsTo } = cursor;
  return {
    ...{ phase, ...place },
    ...(url !== undefined && { url }),
    ...(membershipsTo !== undefined && { membershipsTo }),
  };
}
