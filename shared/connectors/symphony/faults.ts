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
  if (error instanceof WaitUntil) return { kind: 'wait', until: error.until };
  if (error instanceof SourceFailure) return failed(error.message, error.misconfigured);
  if (error instanceof Refusal) {
    return failed(`${error.message} Try again later; nothing is lost meanwhile.`, false);
  }
  const settings = `${prefix}POD_URL and ${prefix}AGENT_URL`;
  if (error instanceof ForeignUrl) {
    return failed(
      `Symphony sent us elsewhere: ${error.message} Check ${settings}.`,
      true,
    );
  }
  if (!(error instanceof VendorFault)) throw error;
  if (error.kind === 'unreachable') {
    const advice = `Check ${settings} and that outgoing connections are allowed`;
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
