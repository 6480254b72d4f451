import type { PageResult } from '../connector.ts';
import { pageEndOf, refused } from '../sourceFaults.ts';
import { VendorFault } from '../vendorFaults.ts';

/** Webex refused one request for good, with a status below 500. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  /** Webex's own words; for decisions, never for logs. */
  readonly reason: string;
  /** Webex's own clock. */
  readonly date: Date | undefined;
  constructor(what: string, status: number, reason: string, date: Date | undefined) {
    super(`Webex refused ${what} with ${status}.`);
    this.status = status;
    this.reason = reason;
    this.date = date;
  }
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
  if (error instanceof Refusal) return refused(error.message);
  return pageEndOf(error, now, 'Webex', {
    elsewhere: `Check ${prefix}BASE_URL.`,
    unreachable: `Check ${prefix}BASE_URL and that outgoing connections are allowed`,
  });
}
