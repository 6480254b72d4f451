import { Refusal } from '../http/vendorFaults.ts';
import type { Run } from './run.ts';

/** Throws if Zoom itself is in trouble, so that not every meeting becomes a gap. */
export async function probe(run: Run): Promise<void> {
  const { source, request } = run;
  run.faultsInARow = 0;
  try {
    await source.client.get('/users', { page_size: '1' }, 'users', request.limits.until);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
