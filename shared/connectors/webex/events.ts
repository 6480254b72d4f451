import type { Log } from '../../log.ts';
import { VendorFault } from '../http/vendorFaults.ts';
import { SourceFailure } from '../page/sourceFaults.ts';
import type { ListPage, WebexClient } from './client.ts';
import { WebexRefusal } from './faults.ts';

export type EventResource = 'messages' | 'memberships' | 'attachmentActions';

/** Where in the events a reader is. It changes as Webex corrects us. */
export interface EventPlace {
  from: string;
  to: string;
  max: number;
  url: string | undefined;
}

export interface EventPage extends ListPage {
  /** The place of this very page, as Webex would have it. */
  place: EventPlace;
}

export interface EventReader {
  /** One page of events. Throws `SourceFailure` where an administrator has to help. */
  read(
    resource: EventResource,
    place: EventPlace,
    limits: { earliest: Date; until: Date | undefined },
  ): Promise<EventPage>;
}

const fewestEvents = 10;

/**
 * https://developer.webex.com/docs/api/v1/events/list-events
 *
 * `to` must not be in the future of Webex's clock, `from` not before the last 90 days, and a
 * page that takes Webex too long (504) is asked for in halves.
 */
export function createEventReader(client: WebexClient, log: Log): EventReader {
  async function attempt(
    resource: EventResource,
    place: EventPlace,
    until: Date | undefined,
  ): Promise<EventPage> {
    const url = place.url
      ? new URL(place.url)
      : client.urlOf('/events', { resource, from: justBefore(place.from), to: place.to });
    url.searchParams.set('max', String(place.max));
    const accept = place.max > fewestEvents ? [504] : [];
    const query = { url, what: `the list of ${resource} events`, accept };
    return { ...(await client.list(query, until)), place };
  }

  /** The place to try instead; undefined if the refusal is final. */
  function corrected(
    place: EventPlace,
    refusal: WebexRefusal,
    earliest: Date,
  ): EventPlace | undefined {
    const { status, date } = refusal;
    if (status === 504) {
      const max = Math.max(fewestEvents, Math.floor(place.max / 2));
      log.warn(`Webex took too long for a page of events; asking for ${max} at a time.`);
      return { ...place, max };
    }
    if (status === 400 && date && Date.parse(place.to) > date.getTime()) {
      log.warn('The clock here is ahead of the one of Webex; reading up to its time.');
      return { ...place, to: date.toISOString(), url: undefined };
    }
    const isTooEarly = isBeyondLookback(refusal) && Date.parse(place.from) < +earliest;
    if (isTooEarly) return { ...place, from: earliest.toISOString(), url: undefined };
    return undefined;
  }

  return {
    async read(resource, place, { earliest, until }) {
      for (let current = place; ; ) {
        try {
          return await attempt(resource, current, until);
        } catch (error) {
          if (!(error instanceof WebexRefusal)) throw error;
          const next = corrected(current, error, earliest);
          if (!next) throw finalRefusal(resource, error);
          current = next;
        }
      }
    },
  };
}

/** Nobody says whether `from` is in the list or just before it; it is in our window. */
const justBefore = (from: string): string => new Date(Date.parse(from) - 1).toISOString();

const isBeyondLookback = (refusal: WebexRefusal): boolean =>
  refusal.status === 403 && /past \d+ days/i.test(refusal.reason);

function finalRefusal(resource: EventResource, refusal: WebexRefusal): Error {
  // Some organisations are refused this list; the others say what is wrong with the account.
  if (resource === 'attachmentActions') return refusal;
  if (isBeyondLookback(refusal)) {
    const message =
      'Webex gives no events of more than 90 days ago (longer only with the Pro Pack): archive a window that begins within the last 90 days.';
    return new SourceFailure(message, true);
  }
  if (refusal.status === 403) {
    const message =
      'Webex refused the list of events: the account that authorised the integration needs the role Compliance Officer in Control Hub, and the integration the scope spark-compliance:events_read; then renew the refresh token.';
    return new SourceFailure(message, true);
  }
  if (refusal.status === 504) return new VendorFault('status', refusal.message);
  return refusal;
}
