import type { ExportFile } from './entries.ts';
import type { RawRecord } from './splitRecords.ts';

/** A file of an export that is being read, and how far. */
export interface Reading {
  file: ExportFile;
  /** The record that comes next. */
  record: number;
  /** What was read already of what comes next. */
  ahead: RawRecord[];
  rest: AsyncIterator<RawRecord>;
}

/**
 * Where the page before stopped reading. A page in the same process goes on from there; in another
 * one the file is inflated anew up to that place, which costs time and nothing else.
 */
export function createParking() {
  let parked: Reading | undefined;

  async function clear(): Promise<void> {
    const { rest } = parked ?? {};
    parked = undefined;
    await rest?.return?.();
  }

  return {
    clear,
    async take(file: ExportFile, record: number): Promise<Reading> {
      const found = parked;
      if (found?.file === file && found.record === record) {
        parked = undefined;
        return found;
      }
      await clear();
      const rest = file.records(record)[Symbol.asyncIterator]();
      return { file, record, ahead: [], rest };
    },
    async park(reading: Reading): Promise<void> {
      await clear();
      parked = reading;
    },
  };
}

/** See `createParking`. */
export type Parking = ReturnType<typeof createParking>;

/** Some records that come next, fewer where they are large; fewer than asked only at the end. */
export async function readAhead(
  reading: Reading,
  count: number,
  bytes: number,
): Promise<RawRecord[]> {
  const { ahead, rest } = reading;
  let size = ahead.reduce((sum, record) => sum + sizeOf(record), 0);
  while (ahead.length < count && size < bytes) {
    const { done, value } = await rest.next();
    if (done) break;
    ahead.push(value);
    size += sizeOf(value);
  }
  return ahead;
}

const sizeOf = (record: RawRecord): number =>
  record.kind === 'text' ? record.text.length : 0;
