/** The vendor wants us to come back later than a page can wait. */
export class WaitUntil extends Error {
  override name = 'WaitUntil';
  readonly until: Date;
  constructor(until: Date) {
    super(`The vendor asks to wait until ${until.toISOString()}.`);
    this.until = until;
  }
}

/** How a request failed. */
export type FaultKind =
  /** No connection: DNS, refused, certificate. */
  | 'unreachable'
  /** An answer that broke off, took too long, or was not what it said it was. */
  | 'broken'
  /** A status of 500 or above. */
  | 'status';

/** A request that failed after all its tries. The message is a sentence without secrets. */
export class VendorFault extends Error {
  override name = 'VendorFault';
  readonly kind: FaultKind;
  readonly status: number | undefined;
  /** What the last answer asked for by `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  constructor(
    kind: FaultKind,
    message: string,
    details: { status?: number; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** A vendor refused one request for good, with a status below 500. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  /** `code`: the vendor's own number or word for it, as in `code 3001`; never its sentences. */
  constructor(vendor: string, what: string, status: number, code?: string) {
    super(`${vendor} refused ${what} with ${status}${code ? ` (${code})` : ''}.`);
    this.status = status;
  }
}

/** An answer that is worth asking for again: half of it, or an error page in its place. */
export class BrokenAnswer extends Error {
  override name = 'BrokenAnswer';
}

/** A URL that nothing is requested from: not https, or a host that nobody listed. */
export class ForeignUrl extends Error {
  override name = 'ForeignUrl';
}
