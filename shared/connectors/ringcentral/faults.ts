import type { PageResult } from '../connector.ts';
import { pageEndOf, refused } from '../sourceFaults.ts';

/** RingCentral refused one request for good, with a status below 500. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  /** RingCentral's own code, as in `CMN-102`. */
  readonly code: string;
  constructor(what: string, status: number, code: string) {
    super(`RingCentral refused ${what} with ${status}${code ? ` (${code})` : ''}.`);
    this.status = status;
    this.code = code;
  }
}

/** What ended a page, as a result where it is no surprise; anything else is thrown on. */
export function resultOf(
  error: unknown,
  now: Date,
  prefix: string,
): Exclude<PageResult, { kind: 'page' }> {
  if (error instanceof Refusal) return refused(error.message);
  return pageEndOf(error, now, 'RingCentral', {
    elsewhere: `Check ${prefix}BASE_URL, and list the host in ${prefix}DOWNLOAD_HOSTS if it is RingCentral's.`,
    unreachable: `Check ${prefix}BASE_URL and that outgoing connections are allowed`,
  });
}
