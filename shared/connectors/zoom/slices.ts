import { inOrder, type Place, type Slice } from './listing.ts';

/** Entries at a time in memory, about; a slice with more of them is cut. */
export const mostEntries = 900;

/** A half-open stretch of time. */
export interface Stretch {
  from: Date;
  to: Date;
}

/** What is listed in a stretch. */
export type ReadStretch = Pick<Slice, 'entries' | 'reported'>;

/**
 * A stretch of the window, short enough to be held and sorted. `read` is told how many entries
 * are too many, and gives undefined if there are more.
 */
export async function readSlice(
  place: Place,
  end: Date,
  { shortestMs, longestMs }: { shortestMs: number; longestMs: number },
  read: (stretch: Stretch, most: number) => Promise<ReadStretch | undefined>,
): Promise<Slice> {
  const from = new Date(place.at);
  if (from >= end) return { entries: [], next: undefined };
  for (let ms = Math.min(place.ms, longestMs); ; ms = Math.ceil(ms / 2)) {
    const to = new Date(Math.min(+from + ms, +end));
    const isShortest = +to - +from <= shortestMs;
    const most = isShortest ? Number.POSITIVE_INFINITY : mostEntries;
    const found = await read({ from, to }, most);
    if (!found) continue;
    const { entries, reported } = found;
    const isSparse = entries.length < mostEntries / 2;
    const next: Place = {
      ...{ kind: 'time', at: to.toISOString() },
      ms: Math.min(isSparse ? 2 * ms : ms, longestMs),
    };
    return { entries: inOrder(entries), reported, next: to < end ? next : undefined };
  }
}
