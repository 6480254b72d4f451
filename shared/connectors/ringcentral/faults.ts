import type { PageResult } from '../connector.ts';
import { ForeignUrl, VendorFault, WaitUntil } from '../vendorFaults.ts';

type Failed = Extract<PageResult, { kind: 'failed' }>;

/** The source can't be read; the message is the sentence that administrators see. */
export class SourceFailure extends Error {
  override name = 'SourceFailure';
  readonly misconfigured: boolean;
  constructor(message: string, misconfigured: boolean) {
    super(message);
    this.misconfigured = misconfigured;
  }
}

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

/** RingCentral can't go on now, but what has been done so far is good. */
export const isPause = (error: unknown): error is WaitUntil | VendorFault =>
  error instanceof WaitUntil || error instanceof VendorFault;

/** What ended a page, as a result where it is no surprise; anything else is thrown on. */
export function resultOf(
  error: unknown,
  now: Date,
  prefix: string,
): Exclude<PageResult, { kind: 'page' }> {
  if (error instanceof WaitUntil) return { kind: 'wait', until: error.until };
  if (error instanceof SourceFailure) return failed(error.message, error.misconfigured);
  if (error instanceof Refusal) {
    return failed(`${error.message} Try again later; nothing is lost meanwhile.`, false);
  }
  if (error instanceof ForeignUrl) {
    return failed(
      `RingCentral sent us elsewhere: ${error.message} Check ${prefix}BASE_URL, and list the host in ${prefix}DOWNLOAD_HOSTS if it is RingCentral's.`,
      true,
    );
  }
  if (!(error instanceof VendorFault)) throw error;
  if (error.kind === 'unreachable') {
    const advice = `Check ${prefix}BASE_URL and that outgoing connections are allowed`;
    return failed(`${error.message} ${advice}; the next run goes on from here.`, false);
  }
  if (error.retryAfterMs === undefined) throw error;
  return { kind: 'wait', until: new Date(now.getTime() + error.retryAfterMs) };
}

const failed = (message: string, misconfigured: boolean): Failed => ({
  kind: 'failed',
  misconfigured,
  message,
});
