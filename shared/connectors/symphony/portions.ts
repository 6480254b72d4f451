import { VendorFault } from '../http/vendorFaults.ts';
import type { SymphonyClient } from './client.ts';
import type { Place } from './cursor.ts';
import { inOrder, markOf, timeOf } from './listing.ts';

/** https://rest-api.symphony.com/main/messages/messages-v4: at most 500. */
const mostMessages = 500;
/** Where so many were too many for Symphony. */
const fewMessages = 50;

/** What Symphony gives as one page of a stream's messages. */
export interface Portion {
  /** Oldest first. */
  messages: unknown[];
  /** Undefined after the last one. */
  next: Place | undefined;
}

/** Which page of which stream. */
export interface PortionQuery {
  streamId: string;
  place: Place;
  /** Milliseconds; later ones are left out. */
  before: number;
  /** When something was said there last, in milliseconds, if that is told. */
  lastMessageAt?: number | undefined;
  until: Date | undefined;
}

/**
 * Pages go forward in time, but a page has its newest message first. The next one begins at the
 * newest millisecond that was seen, and what was seen of it is left out; only where a whole page
 * is of one millisecond, so many are skipped.
 */
export async function readPortion(
  client: Pick<SymphonyClient, 'messages'>,
  query: PortionQuery,
): Promise<Portion> {
  const { place, before } = query;
  const { messages, limit } = await readPage(client, query);
  const seen = new Set(place.seen);
  const times = messages.flatMap((message) => timeOf(message) ?? []);
  const fresh = messages.filter((message) => {
    const time = timeOf(message) ?? place.since;
    return time >= place.since && time < before && !seen.has(markOf(message));
  });
  const isPast = times.length > 0 && Math.min(...times) >= before;
  const isNothing = fresh.length === 0 && !times.some((time) => time >= place.since);
  const isShort = messages.length < limit;
  const isLast = isNothing || isPast || (isShort && reachesLast(query, times));
  const found = { messages, isShort, isNew: fresh.length > 0 };
  const next = isLast ? undefined : nextPlace(place, found);
  return { messages: inOrder(onceEach(fresh)), next };
}

/**
 * An agent may give fewer messages at a time than it is asked for, so a short page is the last
 * one only if it has what the list of streams names as the last message. Otherwise the page
 * after it tells.
 */
const reachesLast = ({ lastMessageAt }: PortionQuery, times: number[]): boolean =>
  lastMessageAt !== undefined && times.some((time) => time >= lastMessageAt);

interface Found {
  messages: unknown[];
  isShort: boolean;
  isNew: boolean;
}

function nextPlace(place: Place, { messages, isShort, isNew }: Found): Place {
  const newest = Math.max(place.since, ...messages.map((one) => timeOf(one) ?? 0));
  if (newest > place.since) {
    const seen = messages.filter((message) => timeOf(message) === newest).map(markOf);
    // Behind a short page there should be nothing, so what was seen is not asked for again.
    return { since: newest, skip: isShort ? seen.length : 0, seen };
  }
  // Whoever skips nothing when asked to would be asked for ever.
  if (place.skip > 0 && !isNew) return { since: place.since + 1, skip: 0, seen: [] };
  return { ...place, skip: place.skip + messages.length, seen: messages.map(markOf) };
}

function onceEach(messages: unknown[]): unknown[] {
  return [...new Map(messages.map((message) => [markOf(message), message])).values()];
}

async function readPage(client: Pick<SymphonyClient, 'messages'>, query: PortionQuery) {
  const { streamId, place, before, until } = query;
  const ask = async (limit: number) => {
    // The end may be included or not: what is too late is left out here.
    const page = { since: place.since, until: before, skip: place.skip, limit };
    return { messages: await client.messages(streamId, page, until), limit };
  };
  try {
    return await ask(mostMessages);
  } catch (error) {
    if (!(error instanceof VendorFault) || error.kind === 'unreachable') throw error;
    return ask(fewMessages);
  }
}
