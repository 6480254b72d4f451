import type { PageResult } from '../connector.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { failed, pageEndOf } from '../page/sourceFaults.ts';

/** What Zoom says with a refusal. */
export class ZoomRefusal extends Refusal {
  override name = 'ZoomRefusal';
  /** Zoom's own number, as in 3001; undefined where its answer has none. */
  readonly code: number | undefined;
  constructor(what: string, status: number, code: number | undefined) {
    super('Zoom', what, status, code === undefined ? undefined : `code ${code}`);
    this.code = code;
  }
}

/** A list's token was not taken any more: it lives for 15 minutes. The list begins anew. */
export class StaleList extends Error {
  override name = 'StaleList';
}

/** What ended a page, as a result where it is no surprise; anything else is thrown on. */
export function resultOf(
  error: unknown,
  now: Date,
  prefix: string,
): Exclude<PageResult, { kind: 'page' }> {
  if (error instanceof ZoomRefusal && error.status === 404 && error.code !== 3001) {
    const advice = `Check ${prefix}BASE_URL: it must be the address of the Zoom API, with the version`;
    return failed(`${error.message} ${advice}.`, true);
  }
  const settings = `${prefix}BASE_URL and ${prefix}AUTH_URL`;
  return pageEndOf(error, now, 'Zoom', {
    elsewhere: `Check ${settings}.`,
    unreachable: `Check ${settings}, and that outgoing connections are allowed`,
  });
}
