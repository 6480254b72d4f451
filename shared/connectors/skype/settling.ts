import pLimit from 'p-limit';
import { z } from 'zod';
import type { Log } from '../../log.ts';
import type { StateStore } from '../connector.ts';
import { DropRefused, type DropStore } from '../dropStore.ts';

const fileSchema = z.object({ path: z.string(), etag: z.string() });

/** What a page has done with files, to be written on them once the page is kept. */
const settlingSchema = z.object({
  page: z.string(),
  taken: z.array(fileSchema),
  rejected: z.array(fileSchema.extend({ reason: z.string() })),
});
export type Settling = z.infer<typeof settlingSchema>;

const documentName = 'settling';
const inParallel = 8;
const mostTries = 10;

/** A file that was archived, and what the compliance files are on their way there. */
export const marks = { taken: 'taken', whole: 'whole', cut: 'cut' } as const;

/**
 * A file must not be taken for archived before the page with its content is kept. So each page
 * notes its files, and whoever asks for the next one proves that it is. If nobody does, the
 * files are read again, and what is known of them is told by its keys.
 */
export function createSettlings(state: StateStore, drop: DropStore, log: Log) {
  /** A file that can't be written on is read again by each run, and known by its keys. */
  async function unlessRefused(writing: Promise<unknown>): Promise<void> {
    try {
      await writing;
    } catch (error) {
      if (!(error instanceof DropRefused)) throw error;
      log.warn(error.message);
    }
  }

  return {
    async note(settling: Settling): Promise<void> {
      for (let tries = 0; tries < mostTries; tries++) {
        const kept = await state.read(documentName, settlingSchema);
        if (await state.write(documentName, settling, kept?.etag ?? 'absent')) return;
      }
      throw new Error(
        'The files of a page could not be noted: others do it all the time.',
      );
    },

    async settle(page: string): Promise<void> {
      const kept = await state.read(documentName, settlingSchema);
      if (kept?.value.page !== page) return;
      const { taken, rejected } = kept.value;
      const limit = pLimit(inParallel);
      await Promise.all([
        ...taken.map((file) => limit(() => unlessRefused(drop.mark(file, marks.taken)))),
        ...rejected.map((file) =>
          limit(() => unlessRefused(drop.reject(file, file.reason))),
        ),
      ]);
    },
  };
}
export type Settlings = ReturnType<typeof createSettlings>;
