import { z } from 'zod';

/** When somebody was in a chat, where it is not simply "always". Times are ISO 8601. */
export const staySchema = z.object({
  id: z.string(),
  /** In from here on; and when they were surely not in yet. */
  since: z.string().optional(),
  after: z.string().optional(),
  /** In up to here; and when they were surely gone. */
  until: z.string().optional(),
  goneBy: z.string().optional(),
});
export type Stay = z.infer<typeof staySchema>;

/** Who is in a chat, as far as the exports so far have told. */
export const rosterSchema = z.object({
  /** The last look at the chat was not before this. */
  at: z.string(),
  /** In at each look. */
  steady: z.array(z.string()),
  stays: z.array(staySchema),
});
export type Roster = z.infer<typeof rosterSchema>;

/** One look at a chat, by an export. */
export interface Look {
  ids: string[];
  /** It was taken not before the one, and not after the other. */
  from: string;
  to: string;
  /** When anything about the chat last changed, if the export says. */
  changed: string | undefined;
}

/** The oldest thing that RingCentral still exports is 90 days old. */
const keptMs = 120 * 24 * 60 * 60 * 1000;

/**
 * What is known after one more look. An export shows present members only: who is new joined at
 * some time since the last look, and who is missing left since. Taking the same look twice
 * changes nothing.
 */
export function withLook(kept: Roster | undefined, look: Look): Roster {
  const ids = [...new Set(look.ids)].sort();
  if (!kept) return { at: look.from, steady: ids, stays: [] };
  if (look.to <= kept.at) return kept;
  const seen = new Set(ids);
  const known = new Set(kept.steady);
  for (const stay of kept.stays) if (isOpen(stay)) known.add(stay.id);
  const oldest = new Date(Date.parse(look.to) - keptMs).toISOString();
  const left: Stay[] = kept.steady.filter((id) => !seen.has(id)).map((id) => ({ id }));
  const stays = [...kept.stays, ...left]
    .map((stay) => (isOpen(stay) && !seen.has(stay.id) ? ended(stay, kept, look) : stay))
    .filter(({ goneBy }) => goneBy === undefined || goneBy > oldest);
  const joined = ids.filter((id) => !known.has(id)).map((id) => begun(id, kept, look));
  return {
    at: later(kept.at, look.from),
    steady: kept.steady.filter((id) => seen.has(id)),
    stays: [...stays, ...joined],
  };
}

const isOpen = ({ until }: Stay): boolean => until === undefined;
const later = (a: string, b: string): string => (a > b ? a : b);
const earlier = (a: string, b: string): string => (a < b ? a : b);

/** If the chat changed after the last look, all is as now since it changed last. */
function settledAt({ at }: Roster, { to, changed }: Look): string {
  const isTold = changed !== undefined && changed > at;
  return isTold ? earlier(changed, to) : to;
}

const begun = (id: string, kept: Roster, look: Look): Stay => ({
  ...{ id, after: kept.at, since: settledAt(kept, look) },
});

const ended = (stay: Stay, kept: Roster, look: Look): Stay => ({
  ...stay,
  until: later(kept.at, stay.since ?? kept.at),
  goneBy: later(settledAt(kept, look), stay.since ?? kept.at),
});

/** When somebody wrote in a chat first and last: they were in it then. */
export interface Traces {
  first: string;
  last: string;
}

/** What somebody wrote in a chat tells how long they were there, at least. */
export function withTraces(roster: Roster, traces: Map<string, Traces>): Roster {
  const stays = roster.stays.map((stay) => {
    const found = traces.get(stay.id);
    if (!found) return stay;
    const { since, after, until, goneBy } = stay;
    return {
      ...stay,
      ...(since !== undefined &&
        after !== undefined &&
        found.first > after && { since: earlier(since, found.first) }),
      ...(until !== undefined &&
        goneBy !== undefined &&
        found.last < goneBy && { until: later(until, found.last) }),
    };
  });
  return { ...roster, stays };
}

/** Who was in then. `isUnsure`: of somebody nobody can tell, and they are not among them. */
export function rosterAt(
  { steady, stays }: Pick<Roster, 'steady' | 'stays'>,
  at: string,
): { ids: string[]; isUnsure: boolean } {
  const within = stays.filter(
    ({ since, until }) =>
      (since === undefined || since <= at) && (until === undefined || at <= until),
  );
  const ids = new Set([...steady, ...within.map(({ id }) => id)]);
  const isUnsure = stays.some(
    (stay) => !ids.has(stay.id) && (isPerhapsIn(stay, at) || isPerhapsGone(stay, at)),
  );
  return { ids: [...ids].sort(), isUnsure };
}

/** Of somebody it is not known to the hour when they came or left. */
export const isUnsure = ({ stays }: Roster): boolean => stays.length > 0;

const isPerhapsIn = ({ after, since }: Stay, at: string): boolean =>
  after !== undefined && since !== undefined && after < at && at < since;

const isPerhapsGone = ({ until, goneBy }: Stay, at: string): boolean =>
  until !== undefined && goneBy !== undefined && until < at && at < goneBy;
