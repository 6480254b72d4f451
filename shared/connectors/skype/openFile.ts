import { DropChanged, type DropFile, DropRefused, type DropStore } from '../dropStore.ts';
import { BrokenFile, CutFile } from './faults.ts';
import { fileGap } from './pageWork.ts';
import { cutGap, refusedGap } from './retries.ts';
import type { Run } from './run.ts';

/** A file's bytes from a place on. */
export async function* bytesOf(
  drop: DropStore,
  file: DropFile,
  start = 0,
): AsyncGenerator<Buffer> {
  for await (const chunk of await drop.open(file, start)) {
    yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
  }
}

/**
 * Handles a file, and what may be wrong with it: a broken one is moved away, one that breaks off
 * or that the storage refuses is a gap, and one that was replaced meanwhile is a new file for the
 * next run.
 */
export async function guarded<T>(
  { work, source }: Run,
  file: DropFile,
  handle: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await handle();
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
    } else if (error instanceof DropRefused) {
      work.add({ gaps: [refusedGap(file, error.message)] });
    } else {
      throw error;
    }
    return undefined;
  }
}
