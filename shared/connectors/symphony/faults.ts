import type { PageResult } from '../connector.ts';
import { pageEndOf, refused } from '../sourceFaults.ts';
import { VendorFault } from '../vendorFaults.ts';

/** Symphony refused one request for good, with a status below 500. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  constructor(what: string, status: number) {
    super(`Symphony refused ${what} with ${status}.`);
    this.status = status;
  }
}

/** An answer that is none: it is JSON, but of a form that nobody knows. */
export class Unreadable extends Refusal {
  override name = 'Unreadable';
  constructor(what: string) {
    super(what, 200);
    this.message = `Symphony gave ${what} in a form that could not be read.`;
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
  const settings = `${prefix}POD_URL and ${prefix}AGENT_URL`;
  return pageEndOf(error, now, 'Symphony', {
    elsewhere: `Check ${settings}.`,
    unreachable: `Check ${settings} and that outgoing connections are allowed`,
  });
}
