import { z } from 'zod';

export const phases = ['gaps', 'memberships', 'messages', 'answers'] as const;
export type Phase = (typeof phases)[number];

/** How far a run has come. It may point inside what Webex gave as one page, or one slice. */
export const cursorSchema = z.object({
  phase: z.enum(phases),
  /** The place among the gaps of the last one tried. */
  gap: z.string().optional(),
  /** Where the events are read from; later than `readFrom` if Webex keeps them no longer. */
  from: z.string(),
  /** Where they end: the window's end, but never in the future of Webex's own clock. */
  to: z.string().optional(),
  /** Events a page; fewer after a 504. */
  max: z.number(),
  /** Memberships: the page of Webex that comes next. */
  url: z.string().optional(),
  /** Until when the memberships' events have been read. */
  membershipsTo: z.string().optional(),
  /** Items: where the slice begins that is being read, and how long it is. */
  at: z.string().optional(),
  sliceMs: z.number().optional(),
  /** The last event of the slice that was looked at. */
  after: z.string().optional(),
  /** Beginnings of the keys of those before it that are fresh, but had to be left. */
  due: z.array(z.string()).optional(),
});
export type Cursor = z.infer<typeof cursorSchema>;

/** https://developer.webex.com/docs/api/v1/events/list-events: at most 1,000. */
export const eventsPerPage = 1000;

export function readCursor(text: string | undefined, readFrom: Date): Cursor {
  if (text !== undefined) return cursorSchema.parse(JSON.parse(text));
  return { phase: 'gaps', from: readFrom.toISOString(), max: eventsPerPage };
}

/** The first page of the phase that follows; undefined after the last one. */
export function nextPhase(cursor: Cursor): Cursor | undefined {
  const phase = phases[phases.indexOf(cursor.phase) + 1];
  if (!phase) return undefined;
  const { from, max, to, membershipsTo } = cursor;
  return {
    ...{ phase, from, max },
    ...(to !== undefined && phase === 'answers' && { to }),
    ...(membershipsTo !== undefined && { membershipsTo }),
  };
}
