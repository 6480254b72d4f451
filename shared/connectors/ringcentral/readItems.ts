import { type Cursor, closeCursor, nextFile } from './cursor.ts';
import type { ExportFile } from './entries.ts';
import type { OpenExport } from './library.ts';
import { type Reading, readAhead } from './parking.ts';
import { readBatch } from './readBatch.ts';
import type { Run } from './run.ts';
import type { RawRecord } from './splitRecords.ts';
import { isBadFile } from './survey.ts';

/** Records that are told from known ones at a time: so many, or about so many bytes of them. */
const batchSize = 200;
const batchBytes = 2 * 1024 * 1024;

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
  const reading = await open.parking.take(file, start.record);
  try {
    await readOn(run, open, reading, start);
  } catch (error) {
    await reading.rest.return?.();
    throw error;
  }
}

async function readOn(
  run: Run,
  open: OpenExport,
  reading: Reading,
  start: Cursor,
): Promise<void> {
  let place = start;
  for (;;) {
    const batch = await nextBatch(run, open, reading, place);
    if (batch.length === 0) {
      run.cursor = nextFile(place);
      return;
    }
    const next = await readBatch(run, open, reading.file, place, batch);
    if (next.record > place.record) reading.ahead = [];
    reading.record = next.record;
    place = next;
    run.cursor = place;
    if (run.work.isFull()) return open.parking.park(reading);
  }
}

/** What breaks off ends with what could be read of it. */
async function nextBatch(
  { work }: Run,
  { survey }: OpenExport,
  reading: Reading,
  { sifted }: Cursor,
): Promise<RawRecord[]> {
  const count = sifted ?? Math.max(1, Math.min(batchSize, work.itemsLeft()));
  const bytes = sifted === undefined ? batchBytes : Number.POSITIVE_INFINITY;
  try {
    return await readAhead(reading, count, bytes);
  } catch (error) {
    // What the survey found, too, ends the run when everything else is read.
    const isKnown = isBadFile(error) && survey.problems.has(reading.file.dataset);
    if (!isKnown) throw error;
    return reading.ahead;
  }
}
