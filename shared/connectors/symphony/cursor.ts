import { z } from 'zod';

/** A page of a stream's messages, as Symphony is asked for it. */
export const placeSchema = z.object({
  /** Milliseconds. */
  since: z.number(),
  /** So many messages of that very millisecond are left out. */
  skip: z.number(),
  /** Marks of messages of that millisecond that were on the page before. */
  seen: z.array(z.string()),
});
export type Place = z.infer<typeof placeSchema>;

/** How far a run has come. It may point inside what Symphony gave as one page. */
export const cursorSchema = z.object({
  phase: z.enum(['gaps', 'streams']),
  /** Gaps: the place among them of the last one that is done. */
  gap: z.string().optional(),
  /** Streams: where the page of the list begins. */
  skip: z.number(),
  /** The stream that comes next; absent at the page's beginning. */
  stream: z.string().optional(),
  /** Where in that stream; absent at its beginning. */
  place: placeSchema.optional(),
  /** The last message that was looked at from there on. */
  after: z.string().optional(),
  /** Beginnings of the keys of those before it that are fresh, but had to be left. */
  due: z.array(z.string()).optional(),
});
export type Cursor = z.infer<typeof cursorSchema>;

/** A page's cursor; a run begins with its gaps. */
export const readCursor = (text: string | undefined): Cursor =>
  text === undefined ? { phase: 'gaps', skip: 0 } : cursorSchema.parse(JSON.parse(text));
