import type { PageResult } from '../connector.ts';
import { failed, pageEndOf, refused } from '../sourceFaults.ts';
import { VendorFault } from '../vendorFaults.ts';

/** Zoom refused one request for good, with a status below 500. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  /** Zoom's own number, as in 3001; undefined where its answer has none. */
  readonly code: number | undefined;
  constructor(what: string, status: number, code: number | undefined) {
    const number = code === undefined ? '' : ` (code ${code})`;
    super(`Zoom refused ${what} with ${status}${number}.`);
    this.status = status;
    this.code = code;
  }
}

/** A list's token was not taken any more: it lives for 15 minutes. The list begins anew. */
export class StaleList extends Error {
  override name = 'StaleList';
}

/** True for what an item on its own may fail with, so that it waits as a gap. */
export const isItemFault = (error: unknown): error is VendorFault | Refusal =>
  error instanceof VendorFault || error instanceof Refusal;

/** What ended a page, as a result where it is no surprise; anything else is thrown on. */
export function resultOf(
  error: unknown,
  now: Date,
  prefix: string,
): Exclude<PageResult, { kind: 'page' }> {
  if (error instanceof Refusal && error.status === 404 && error.code !== 3001) {
    const advice = `Check ${prefix}BASE_URL: it must be the address of the Zoom API, with the version`;
    return failed(`${error.message} ${advice}.`, true);
  }
  if (error instanceof Refusal) return refused(error.message);
  const settings = `${prefix}BASE_URL and ${prefix}AUTH_URL`;
  return pageEndOf(error, now, 'Zoom', {
    elsewhere: `Check ${settings}.`,
    unreachable: `Check ${settings}, and that outgoing connections are allowed`,
  });
}
