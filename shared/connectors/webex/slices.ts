import type { Cursor } from './cursor.ts';
import type { EventResource } from './events.ts';
import { type Run, readEvents } from './run.ts';
import { anyEventSchema } from './schema.ts';

/** Events at a time in memory, about; a slice with more of them is cut. */
const mostEvents = 1000;
/** Webex tells times in milliseconds; so short a slice is read whatever it holds. */
const shortestMs = 1000;

/** All events of a stretch of the window, oldest first. */
export interface Slice {
  events: unknown[];
  from: Date;
  to: Date;
  /** Where the run is while this slice is being read; it leads to the same slice again. */
  here: Cursor;
  /** Where the slice after it begins; undefined after the last one. */
  next: Cursor | undefined;
}

/**
 * Webex lists in an order of its own, newest first as a rule. But what an edit or a deletion is
 * about has to be archived before it, so the window is read in slices, from old to new, each
 * short enough to be held and sorted.
 */
export async function readSlice(
  run: Run,
  resource: EventResource,
  cursor: Cursor,
  windowEnd: Date,
): Promise<Slice> {
  const from = cursor.at ?? cursor.from;
  const end = cursor.to ?? windowEnd.toISOString();
  if (from >= end)
    return sliceOf(cursor, nothing({ from, to: end, max: cursor.max }), end);
  let ms = cursor.sliceMs ?? Number.POSITIVE_INFINITY;
  for (;;) {
    const to = earlier(end, Date.parse(from) + ms);
    const length = Date.parse(to) - Date.parse(from);
    const start = { ...cursor, from, to };
    const read = await readAll(run, resource, start, length <= shortestMs);
    if (read) {
      // Webex's clock may be behind ours: then its time is the end.
      const isClamped = read.place.to !== to;
      return sliceOf(cursor, read, isClamped ? read.place.to : end);
    }
    ms = Math.ceil(length / 2);
  }
}

interface Read {
  events: unknown[];
  /** As Webex would have it: its clock may be behind, and its memory short. */
  place: { from: string; to: string; max: number };
}

/** A window that has not begun yet. */
const nothing = (place: Read['place']): Read => ({ events: [], place });

/** Undefined if there are too many, unless they are wanted anyway. */
async function readAll(
  run: Run,
  resource: EventResource,
  start: Cursor & { to: string },
  isShortest: boolean,
): Promise<Read | undefined> {
  const events: unknown[] = [];
  let { url: _, ...place } = start;
  let url: string | undefined;
  for (;;) {
    const page = await readEvents(run, resource, { ...place, ...(url && { url }) });
    events.push(...page.items);
    const { from, to, max } = page.place;
    place = { ...place, from, to, max };
    if (!page.next) return { events, place };
    if (events.length >= mostEvents && !isShortest) return undefined;
    url = page.next.href;
  }
}

function sliceOf(cursor: Cursor, { events, place }: Read, end: string): Slice {
  const { from, to, max } = place;
  const { phase, from: begin, membershipsTo } = cursor;
  const length = Date.parse(to) - Date.parse(from);
  const base: Cursor = {
    ...{ phase, from: begin, to: end, max, at: from, sliceMs: length },
    ...(membershipsTo !== undefined && { membershipsTo }),
  };
  const isSparse = events.length < mostEvents / 2;
  const next = { ...base, at: to, sliceMs: isSparse ? 2 * length : length };
  return {
    events: inOrder(events),
    from: new Date(from),
    to: new Date(to),
    here: base,
    next: to === end ? undefined : next,
  };
}

const earlier = (end: string, time: number): string =>
  time < Date.parse(end) ? new Date(time).toISOString() : end;

/** What happened in one millisecond is sorted too, so that it is the same each time. */
function inOrder(events: unknown[]): unknown[] {
  const placed = events.map((event) => {
    const {
      created = '',
      type = '',
      id = '',
    } = anyEventSchema.safeParse(event).data ?? {};
    return { event, place: `${created} ${type} ${id}` };
  });
  return placed
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0))
    .map(({ event }) => event);
}
