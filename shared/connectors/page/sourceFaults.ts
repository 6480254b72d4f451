import { ZodError } from 'zod';
import type { Log } from '../../log.ts';
import type { PageResult } from '../connector.ts';
import { ForeignUrl, Refusal, VendorFault, WaitUntil } from '../http/vendorFaults.ts';

type PageEnd = Exclude<PageResult, { kind: 'page' }>;

/** The source can't be read; the message is the sentence that administrators see. */
export class SourceFailure extends Error {
  override name = 'SourceFailure';
  readonly misconfigured: boolean;
  constructor(message: string, misconfigured: boolean) {
    super(message);
    this.misconfigured = misconfigured;
  }
}

/** The vendor can't go on now, but what has been done so far is good. */
export const isPause = (error: unknown): error is WaitUntil | VendorFault =>
  error instanceof WaitUntil || error instanceof VendorFault;

/** True for what an item on its own may fail with, so that it waits as a gap. */
export const isItemFault = (error: unknown): error is VendorFault | Refusal =>
  error instanceof VendorFault || error instanceof Refusal;

/** Reads on; where the vendor wants a pause and something was done, that is the page's end. */
export async function untilPause(
  page: { hasProgress(): boolean },
  log: Log,
  read: () => Promise<void>,
): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!isPause(error) || !page.hasProgress()) throw error;
    log.warn(`The page ends early. ${error.message}`);
  }
}

/** The end of a page, and of its run. `message`: a sentence for administrators. */
export const failed = (message: string, misconfigured: boolean): PageEnd => ({
  kind: 'failed',
  misconfigured,
  message,
});

/**
 * What ended a page, as a result where it is no surprise; anything else is thrown on.
 * `advice`: what to check where the vendor sent us `elsewhere`, a sentence, and where it is
 * `unreachable`, the beginning of one.
 */
export function pageEndOf(
  error: unknown,
  now: Date,
  vendor: string,
  advice: { elsewhere: string; unreachable: string },
): PageEnd {
  if (error instanceof WaitUntil) return { kind: 'wait', until: error.until };
  if (error instanceof SourceFailure) return failed(error.message, error.misconfigured);
  if (error instanceof Refusal) {
    return failed(`${error.message} Try again later; nothing is lost meanwhile.`, false);
  }
  if (error instanceof ForeignUrl) {
    return failed(
      `${vendor} sent us elsewhere: ${error.message} ${advice.elsewhere}`,
      true,
    );
  }
  if (error instanceof ZodError) throw unknownForm(error, vendor);
  if (!(error instanceof VendorFault)) throw error;
  if (error.kind === 'unreachable') {
    const message = `${error.message} ${advice.unreachable}; the next run goes on from here.`;
    return failed(message, false);
  }
  if (error.retryAfterMs === undefined) throw error;
  return { kind: 'wait', until: new Date(now.getTime() + error.retryAfterMs) };
}

/** An answer on which all others depend. The next try may get another one. */
function unknownForm(cause: ZodError, vendor: string): VendorFault {
  const fields = [
    ...new Set(cause.issues.map(({ path }) => path.join('.') || 'all of it')),
  ];
  const message = `${vendor} gave an answer in a form that could not be read (${fields.slice(0, 5).join(', ')}). If that lasts, report the form.`;
  return new VendorFault('broken', message, { cause });
}
