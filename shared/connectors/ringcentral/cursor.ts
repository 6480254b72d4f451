import { z } from 'zod';

/** How far a run has come. It may point inside a file of the export. */
const cursorSchema = z.object({
  phase: z.enum(['gaps', 'items', 'close']),
  /** Where the part of the window begins that is being read. */
  from: z.string(),
  /** The place among the gaps of the last one tried. */
  gap: z.string().optional(),
  /** Items: the export that the places are good for. */
  task: z.string().optional(),
  /** The file of the export, and the record in it, that come next. */
  file: z.number().default(0),
  record: z.number().default(0),
  /** So many records from there on have been told from known ones … */
  sifted: z.number().optional(),
  /** … and of these the fresh ones are still due: beginnings of their keys. */
  due: z.array(z.string()).optional(),
});
export type Cursor = z.infer<typeof cursorSchema>;

/** The cursor of the page before, or the beginning of a run. */
export function readCursor(text: string | undefined, readFrom: Date): Cursor {
  if (text !== undefined) return cursorSchema.parse(JSON.parse(text));
  return { phase: 'gaps', from: readFrom.toISOString(), file: 0, record: 0 };
}

/** The first item of a part. */
export const itemsCursor = ({ from }: Cursor): Cursor => ({
  ...{ phase: 'items', from, file: 0, record: 0 },
});

/** The end of a part. */
export const closeCursor = ({ from }: Cursor): Cursor => ({
  ...{ phase: 'close', from, file: 0, record: 0 },
});

/** The beginning of the next file of an export. */
export const nextFile = ({ sifted: _, due: __, ...place }: Cursor): Cursor => ({
  ...place,
  ...{ file: place.file + 1, record: 0 },
});
