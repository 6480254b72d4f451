import { z } from 'zod';
import { parseJson } from '../../shared/parseJson.ts';

/** Where a listing goes on: behind what, and whether the empty page has been shown. */
export interface Cursor {
  after: string | undefined;
  filled: boolean;
}

const cursorSchema = z.tuple([z.string(), z.boolean(), z.number(), z.number()]);

/** A cursor belongs to the window that it was made for. */
export function writeCursor(cursor: Cursor, from: number, to: number): string {
  const parts = [cursor.after ?? '', cursor.filled, from, to];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

export function readCursor(text: string, from: number, to: number): Cursor | undefined {
  const parsed = cursorSchema.safeParse(
    parseJson(Buffer.from(text, 'base64url').toString('utf8')),
  );
  if (!parsed.success) return undefined;
  const [after, filled, itsFrom, itsTo] = parsed.data;
  if (itsFrom !== from || itsTo !== to) return undefined;
  return { after: after || undefined, filled };
}
