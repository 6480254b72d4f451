import { DropChanged, type DropFile, type DropStore } from '../dropStore.ts';
import { BrokenFile, CutFile } from './faults.ts';
import { fileGap } from './pageWork.ts';
import { cutGap, unreadGap } from './retries.ts';
import type { Run } from './run.ts';

/** The storage did not give a file. */
export class UnreadFile extends Error {
  override name = 'UnreadFile';
}

/** So many files in a row that the storage did not give: it is not the files. */
const suspicious = 3;

/** A file's bytes from a place on; what the storage has to do with it fails as `UnreadFile`. */
export async function* bytesOf(
  drop: DropStore,
  file: DropFile,
  start = 0,
): AsyncGenerator<Buffer> {
  try {
    const stream = await drop.open(file, start);
    for await (const chunk of stream) yield Buffer.from(chunk);
  } catch (error) {
    if (error instanceof DropChanged) throw error;
    throw new UnreadFile('The storage did not give a file.', { cause: error });
  }
}

/**
 * Handles a file, and what may be wrong with it: a broken one is moved away, one that breaks off
 * or that the storage doesn't give is a gap, and one that was replaced meanwhile is a new file
 * for the next run.
 */
export async function guarded<T>(
  run: Run,
  file: DropFile,
  handle: () => Promise<T>,
): Promise<T | undefined> {
  const { work, source } = run;
  try {
    const result = await handle();
    run.faultsInARow = 0;
    return result;
  } catch (error) {
    if (error instanceof DropChanged) {
      source.deps.log.info(
        'A file was replaced while it was read; the next run takes it.',
      );
    } else if (error instanceof BrokenFile) {
      if (work.gap(fileGap(file.path))) work.resolve(fileGap(file.path), false);
      await work.reject(file, error.message);
    } else if (error instanceof CutFile) {
      work.add({ gaps: [cutGap(file, error.message)] });
    } else if (error instanceof UnreadFile && ++run.faultsInARow < suspicious) {
      work.add({ gaps: [unreadGap(file)] });
    } else {
      throw error;
    }
    return undefined;
  }
}
