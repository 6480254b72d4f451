import { z } from 'zod';
import { placeSchema } from './rawEvent.ts';

export const phases = ['gaps', 'check', 'chat', 'sessions', 'settle'] as const;
export type Phase = (typeof phases)[number];

/** How far a run has come; it may point inside a file. */
export const cursorSchema = z.object({
  phase: z.enum(phases),
  /** The place among the gaps of the last one tried. */
  gap: z.string().optional(),
  /** Where the list of files goes on. */
  list: z.string().optional(),
  /** The last file of that list that was done with. */
  after: z.string().optional(),
  /** The file that is being read, and how far. */
  file: z.object({ path: z.string(), etag: z.string(), place: placeSchema }).optional(),
  /** The page whose files are settled when the next one is asked for. */
  settles: z.string().optional(),
});
export type Cursor = z.infer<typeof cursorSchema>;

export const readCursor = (text: string | undefined): Cursor =>
  text === undefined ? { phase: 'gaps' } : cursorSchema.parse(JSON.parse(text));

/** The first page of the phase that follows; undefined after the last one that reads. */
export function nextPhase({ phase }: Cursor): Cursor | undefined {
  const next = phases[phases.indexOf(phase) + 1];
  return next && next !== 'settle' ? { phase: next } : undefined;
}
