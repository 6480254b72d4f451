import type { PageResult } from '../connector.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { pageEndOf } from '../page/sourceFaults.ts';

/** What Webex says with a refusal. */
export class WebexRefusal extends Refusal {
  override name = 'WebexRefusal';
  /** Webex's own words; for decisions, never for logs. */
  readonly reason: string;
  /** Webex's own clock. */
  readonly date: Date | undefined;
  constructor(what: string, status: number, reason: string, date: Date | undefined) {
    super('Webex', what, status);
    this.reason = reason;
    this.date = date;
  }
}

/** What ended a page, as a result where it is no surprise; anything else is thrown on. */
export function resultOf(
  error: unknown,
  now: Date,
  prefix: string,
): Exclude<PageResult, { kind: 'page' }> {
  return pageEndOf(error, now, 'Webex', {
    elsewhere: `Check ${prefix}BASE_URL.`,
    unreachable: `Check ${prefix}BASE_URL and that outgoing connections are allowed`,
  });
}
