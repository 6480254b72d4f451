import pLimit from 'p-limit';
import { VendorFault, WaitUntil } from '../vendorFaults.ts';
import type { PageWork } from './pageWork.ts';

const inParallel = 8;

/** Symphony can't go on now, but what has been done so far is good. */
export const isPause = (error: unknown): error is WaitUntil | VendorFault =>
  error instanceof WaitUntil || error instanceof VendorFault;

/**
 * Handles items side by side until the page is full or Symphony wants a pause. Returns those that
 * are left, and the pause. Any other error is thrown when all that had begun is through.
 */
export async function inTurns<T>(
  work: PageWork,
  items: T[],
  handle: (item: T) => Promise<void>,
): Promise<{ undone: T[]; pause: Error | undefined }> {
  const limit = pLimit(inParallel);
  const undone = new Set<T>();
  const errors: unknown[] = [];
  const one = async (item: T) => {
    if (errors.length > 0 || work.isFull()) return void undone.add(item);
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
