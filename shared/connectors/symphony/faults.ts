import type { PageResult } from '../connector.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { pageEndOf } from '../page/sourceFaults.ts';

/** An answer that is none: it is JSON, but of a form that nobody knows. */
export class Unreadable extends Refusal {
  override name = 'Unreadable';
  constructor(what: string) {
    super('Symphony', what, 200);
    this.message = `Symphony gave ${what} in a form that could not be read.`;
  }
}

/** What ended a page, as a result where it is no surprise; anything else is thrown on. */
export function resultOf(
  error: unknown,
  now: Date,
  prefix: string,
): Exclude<PageResult, { kind: 'page' }> {
  const settings = `${prefix}POD_URL and ${prefix}AGENT_URL`;
  return pageEndOf(error, now, 'Symphony', {
    elsewhere: `Check ${settings}.`,
    unreachable: `Check ${settings} and that outgoing connections are allowed`,
  });
}
