import type { PageResult } from '../connector.ts';
import { pageEndOf } from '../page/sourceFaults.ts';

/** What ended a page, as a result where it is no surprise; anything else is thrown on. */
export function resultOf(
  error: unknown,
  now: Date,
  prefix: string,
): Exclude<PageResult, { kind: 'page' }> {
  return pageEndOf(error, now, 'RingCentral', {
    elsewhere: `Check ${prefix}BASE_URL, and list the host in ${prefix}DOWNLOAD_HOSTS if it is RingCentral's.`,
    unreachable: `Check ${prefix}BASE_URL and that outgoing connections are allowed`,
  });
}
