import { z } from 'zod';

const placeSchema = z.object({
  kind: z.enum(['time', 'users']),
  at: z.string(),
  ms: z.number(),
});

/** How far a run has come. It may point inside what Zoom listed, and inside a meeting. */
export const cursorSchema = z.object({
  /** The place among the gaps of the last one done; undefined when all of them are. */
  gap: z.string().optional(),
  /** The stretch that is being read; undefined while gaps are. */
  place: placeSchema.optional(),
  /** The last entry of the stretch that was looked at. */
  after: z.string().optional(),
  /** What was looked at before that, but had to be left: see `marks`. */
  due: z.array(z.string()).optional(),
});
export type Cursor = z.infer<typeof cursorSchema>;

/** Where the page before has left off; the beginning of a run, where there was none. */
export function readCursor(text: string | undefined): Cursor {
  return text === undefined ? {} : cursorSchema.parse(JSON.parse(text));
}

/** As much of a key as tells it from the others of a page, and why it is due. */
export const marks = {
  /** A meeting that nobody has seen before. */
  fresh: (key: string) => `f${key.slice(0, 12)}`,
  /** A meeting that has been archived, of which something came later. */
  late: (key: string) => `l${key.slice(0, 12)}`,
  /** Something within a meeting that has been counted, but not archived. */
  draft: (key: string) => `d${key.slice(0, 12)}`,
};
