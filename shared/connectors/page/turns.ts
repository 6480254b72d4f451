import pLimit from 'p-limit';
import { isPause } from './sourceFaults.ts';

const inParallel = 8;

/**
 * Handles items side by side until the page is full or the vendor wants a pause. Returns those that
 * are left, and the pause. Any other error is thrown when all that had begun is through.
 */
export async function inTurns<T>(
  page: { isFull(): boolean },
  items: T[],
  handle: (item: T) => Promise<void>,
): Promise<{ undone: T[]; pause: Error | undefined }> {
  const limit = pLimit(inParallel);
  const undone = new Set<T>();
  const errors: unknown[] = [];
  const one = async (item: T) => {
    if (errors.length > 0 || page.isFull()) return void undone.add(item);
    try {
      await handle(item);
    } catch (error) {
      errors.push(error);
      undone.add(item);
    }
  };
  await Promise.all(items.map((item) => limit(() => one(item))));
  const surprise = errors.find((error) => !isPause(error));
  if (surprise !== undefined) throw surprise;
  return {
    undone: items.filter((item) => undone.has(item)),
    pause: errors.find(isPause),
  };
}
