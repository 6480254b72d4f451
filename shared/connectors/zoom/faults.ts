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

/** Zoom can't go on now, but what has been done so far is good. */
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
  if (error instanceof Refusal && error.status === 404 && error.code !== 3001) {
    const advice = `Check ${prefix}BASE_URL: it must be the address of the Zoom API, with the version`;
    return failed(`${error.message} ${advice}.`, true);
  }
  if (error instanceof Refusal) {
    return failed(`${error.message} Try again later; nothing is lost meanwhile.`, false);
  }
  if (error instanceof ForeignUrl) {
    return failed(
      `Zoom sent us elsewhere: ${error.message} Check ${prefix}BASE_URL and ${prefix}AUTH_URL.`,
      true,
    );
  }
  if (!(error instanceof VendorFault)) throw error;
  if (error.kind === 'unreachable') {
    const advice = `Check ${prefix}BASE_URL and ${prefix}AUTH_URL, and that outgoing connections are allowed`;
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
