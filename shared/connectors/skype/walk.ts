import type { DropFile } from '../dropStore.ts';
import { type Cursor, nextPhase } from './cursor.ts';
import { fileGap } from './pageWork.ts';
import type { Place } from './rawEvent.ts';
import { isCutGap } from './retries.ts';
import type { Run } from './run.ts';
import { marks } from './settling.ts';

export interface Walk {
  /** The folder, with its `/`. */
  prefix: string;
  isWanted(file: DropFile): boolean;
  /** How many files are looked at together. */
  batch: number;
  /** Gives the place to go on from if the page is full before the file is through. */
  visit(files: DropFile[], from: Place | undefined): Promise<Place | undefined>;
}

/** Goes through a folder, in the order of paths, until the page is full or the folder ends. */
export async function walk(run: Run, cursor: Cursor, options: Walk): Promise<void> {
  const { drop } = run.source;
  let { list, after } = cursor;
  for (;;) {
    const here = () => placeOf(cursor, list, after);
    const page = await drop.list(options.prefix, list);
    const wanted = page.files.filter(
      (file) => (after === undefined || file.path > after) && isDue(run, file, options),
    );
    while (wanted.length > 0) {
      run.cursor = here();
      if (run.work.isFull()) return;
      const batch = wanted.splice(0, Math.min(options.batch, run.work.itemsLeft()));
      const place = await options.visit(batch, placeIn(cursor, batch[0]));
      const [{ path, etag } = { path: '', etag: '' }] = batch;
      if (place) {
        run.cursor = { ...here(), file: { path, etag, place } };
        return;
      }
      after = batch.at(-1)?.path;
    }
    [list, after] = [page.next, undefined];
    run.cursor = list === undefined ? nextPhase(cursor) : here();
    if (list === undefined || run.work.isFull()) return;
  }
}

const placeOf = (
  { phase }: Cursor,
  list: string | undefined,
  after: string | undefined,
): Cursor => ({
  phase,
  ...(list !== undefined && { list }),
  ...(after !== undefined && { after }),
});

/** Where a file was left by the page before; a file that was replaced is read from its start. */
function placeIn({ file }: Cursor, next: DropFile | undefined): Place | undefined {
  const isSame = file?.path === next?.path && file?.etag === next?.etag;
  return isSame ? file?.place : undefined;
}

/** What is archived, and what broke off and has not been replaced, is not read again. */
function isDue({ work }: Run, file: DropFile, { isWanted }: Walk): boolean {
  if (file.mark === marks.taken || !isWanted(file)) return false;
  return !isCutGap(work.gap(fileGap(file.path)), file);
}
