import { type Cursor, closeCursor, nextFile } from './cursor.ts';
import type { ExportFile } from './entries.ts';
import type { OpenExport } from './library.ts';
import { readBatch } from './readBatch.ts';
import type { Run } from './run.ts';
import type { RawRecord } from './splitRecords.ts';
import { isBadFile } from './survey.ts';

/** Records that are told from known ones at a time. */
const batchSize = 200;

/** The files of the export from the cursor's place on, as far as the page has room. */
export async function readItems(
  run: Run,
  cursor: Cursor,
  open: OpenExport,
): Promise<void> {
  const { files } = open.contents;
  // In another export of the same window the same place means another record.
  let place: Cursor =
    cursor.task === open.taskId
      ? cursor
      : { phase: 'items', from: cursor.from, task: open.taskId, file: 0, record: 0 };
  for (;;) {
    run.cursor = place;
    const file = files[place.file];
    if (!file) {
      run.cursor = closeCursor(place);
      return;
    }
    if (hasItems(file)) await readFile(run, open, file, place);
    else run.cursor = nextFile(place);
    if (run.work.isFull()) return;
    place = run.cursor;
  }
}

const hasItems = ({ folder }: ExportFile): boolean =>
  !['members', 'guests', 'chats'].includes(folder);

/** From a place in a file to its end, or until the page is full. */
async function readFile(
  run: Run,
  open: OpenExport,
  file: ExportFile,
  start: Cursor,
): Promise<void> {
  let place = start;
  let batch: RawRecord[] = [];
  const size = () =>
    place.sifted ?? Math.max(1, Math.min(batchSize, run.work.itemsLeft()));
  const finishBatch = async () => {
    place = await readBatch(run, open, file, place, batch);
    run.cursor = place;
    batch = [];
  };
  try {
    for await (const record of file.records(start.record)) {
      batch.push(record);
      if (batch.length < size()) continue;
      await finishBatch();
      if (run.work.isFull()) return;
    }
  } catch (error) {
    // What the survey found, too, ends the run when everything else is read.
    if (!isBadFile(error) || !open.survey.problems.has(file.dataset)) throw error;
  }
  if (batch.length > 0) await finishBatch();
  if (place.due === undefined) run.cursor = nextFile(place);
}
