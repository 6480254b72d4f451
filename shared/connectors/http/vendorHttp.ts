import pLimit from 'p-limit';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { retryAfterMs } from '../../retryAfter.ts';
import { follow } from './redirects.ts';
import { networkFault, statusFault } from './requestFaults.ts';
import { type Answer, type OpenAnswer, openAnswer } from './vendorAnswer.ts';
import { BrokenAnswer, ForeignUrl, type VendorFault, WaitUntil } from './vendorFaults.ts';
import { createVendorHosts } from './vendorHosts.ts';

/** What goes into each request's headers to say who asks. */
export interface Credentials {
  /** `url`: where they go, for vendors whose services take different ones. */
  headers(until: Date | undefined, url: URL): Promise<Record<string, string>>;
  /** The vendor answered 401 to these headers: get others. */
  renew(refused: Record<string, string>, until: Date | undefined): Promise<void>;
}

/** Who the vendor is, and what its manners are. */
export interface VendorHttpOptions {
  /** As in "Webex"; begins the sentences that administrators read. */
  vendor: string;
  baseUrl: string;
  /** Hosts beside the base URL's that get the credentials too. */
  allowedHosts?: string[];
  credentials?: Credentials;
  fetch: typeof fetch;
  clock: Clock;
  log: Log;
  /** Requests at a time. */
  maxInFlight?: number;
  /** How often one request gets new credentials before a 401 is its answer. */
  renewals?: number;
  /** Milliseconds until the first byte, and between two chunks of a body. */
  timeoutMs?: number;
  /** Tries for faults, the first one included. */
  tries?: number;
  /** The wait before the second try; it doubles from there. */
  backoffMs?: number;
  /** The wait after a 429 that doesn't say how long. */
  defaultRetryAfterMs?: number;
  /** Waits longer than this end as `WaitUntil`. */
  longestWaitMs?: number;
}

/** One request to a vendor. */
export interface VendorRequest {
  url: URL;
  /** What is asked for, as in "the list of events"; for sentences. */
  what: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Goes without credentials, as to a token endpoint. */
  anonymous?: boolean;
  /** What may have been done is not done again: a fault is thrown at the first one. */
  once?: boolean;
  /** Statuses of 429 or above that are an answer here and no fault. */
  accept?: number[];
  /** May be redirected to another allowed host; it goes there without credentials. */
  download?: boolean;
  /** No wait goes beyond it. */
  until?: Date | undefined;
}

/** The way to a vendor. */
export interface VendorHttp {
  /**
   * Sends a request and hands its answer to `use`, which reads it while the request still counts
   * as in flight. Statuses below 500 but 429 are answers. What breaks off is asked again.
   *
   * Throws `WaitUntil`, `VendorFault`, `ForeignUrl`, or whatever `use` throws.
   */
  send<T>(request: VendorRequest, use: (answer: Answer) => Promise<T>): Promise<T>;
}

interface SignedRequest extends VendorRequest {
  credentials: Record<string, string>;
  mayRenew: boolean;
}

type Outcome<T> =
  | { kind: 'done'; value: T }
  /** Somebody was told to wait while this one queued. */
  | { kind: 'paused' }
  | { kind: 'unauthorised' }
  | { kind: 'limited'; waitMs: number }
  | { kind: 'fault'; fault: VendorFault };

/** After so many 429 in a row one request gives its page back. */
const mostLimited = 10;

/** The manners towards a vendor: how many requests, how long, where to, and what to repeat. */
export function createVendorHttp(options: VendorHttpOptions): VendorHttp {
  const { vendor, clock, log, credentials } = options;
  const timeoutMs = options.timeoutMs ?? 60_000;
  const tries = options.tries ?? 5;
  const backoffMs = options.backoffMs ?? 500;
  const defaultRetryAfterMs = options.defaultRetryAfterMs ?? 15_000;
  const longestWaitMs = options.longestWaitMs ?? 60_000;
  const mostRenewals = options.renewals ?? 1;
  const limit = pLimit(options.maxInFlight ?? 8);
  const hosts = createVendorHosts(options.baseUrl, options.allowedHosts ?? []);
  let pausedUntil = 0;

  /** Credentials are got before the request takes its place among those in flight. */
  async function sign(request: VendorRequest, renewals: number): Promise<SignedRequest> {
    if (!credentials || request.anonymous || !hosts.isTrusted(request.url)) {
      return { ...request, credentials: {}, mayRenew: false };
    }
    const headers = await credentials.headers(request.until, request.url);
    return { ...request, credentials: headers, mayRenew: renewals < mostRenewals };
  }

  /** What is no answer, by its status alone. */
  function judge(
    request: SignedRequest,
    { status, headers }: Response,
  ): Exclude<Outcome<never>, { kind: 'done' }> | undefined {
    if (request.accept?.includes(status)) return undefined;
    const asked = retryAfterMs(headers.get('retry-after'), clock.now());
    if (status === 429) return { kind: 'limited', waitMs: asked ?? defaultRetryAfterMs };
    if (status === 401 && request.mayRenew) return { kind: 'unauthorised' };
    if (status < 500) return undefined;
    const fault = statusFault(vendor, request, status, headers, asked);
    return { kind: 'fault', fault };
  }

  const isPaused = () => pausedUntil > clock.now().getTime();

  /** Once the vendor limits one request, all of them wait. */
  async function waitForPause(until: Date | undefined): Promise<void> {
    while (isPaused()) {
      const ms = pausedUntil - clock.now().getTime();
      if (isTooLong(ms, until)) throw new WaitUntil(new Date(pausedUntil));
      await clock.sleep(ms);
    }
  }

  const isTooLong = (ms: number, until: Date | undefined): boolean =>
    ms > longestWaitMs ||
    (until !== undefined && clock.now().getTime() + ms > until.getTime());

  async function once<T>(
    request: SignedRequest,
    use: (answer: Answer) => Promise<T>,
  ): Promise<Outcome<T>> {
    if (isPaused()) return { kind: 'paused' };
    const abort = new AbortController();
    const timer = setTimeout(
      () => abort.abort(new BrokenAnswer(`nothing came within ${timeoutMs} ms`)),
      timeoutMs,
    );
    let open: OpenAnswer | undefined;
    try {
      const response = await follow(options.fetch, hosts, request, abort.signal);
      const early = judge(request, response);
      if (early) return early;
      open = openAnswer(response, () => timer.refresh());
      return { kind: 'done', value: await use(open.answer) };
    } catch (error) {
      if (error instanceof ForeignUrl) throw error;
      const isBroken = error instanceof BrokenAnswer || open?.brokenBy();
      if (open && !isBroken) throw error;
      return { kind: 'fault', fault: networkFault(vendor, request, error) };
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }

  async function sleepBeforeRetry(
    fault: VendorFault,
    attempt: number,
    until: Date | undefined,
  ): Promise<void> {
    if (attempt >= tries) throw fault;
    const ms = Math.max(backoffMs * 2 ** (attempt - 1), fault.retryAfterMs ?? 0);
    // Whoever asked decides what is to wait for so long.
    if (isTooLong(ms, until)) throw fault;
    log.warn(`${fault.message} Trying again in ${ms / 1000} s.`);
    await clock.sleep(ms);
  }

  return {
    async send(request, use) {
      const { until } = request;
      let [attempt, limited, renewals] = [0, 0, 0];
      for (;;) {
        await waitForPause(until);
        const signed = await sign(request, renewals);
        const outcome = await limit(() => once(signed, use));
        if (outcome.kind === 'done') return outcome.value;
        if (outcome.kind === 'fault') {
          if (request.once) throw outcome.fault;
          await sleepBeforeRetry(outcome.fault, ++attempt, until);
        }
        if (outcome.kind === 'unauthorised') {
          renewals += 1;
          await credentials?.renew(signed.credentials, until);
        }
        if (outcome.kind === 'limited') {
          pausedUntil = Math.max(pausedUntil, clock.now().getTime() + outcome.waitMs);
          log.warn(`${vendor} limits requests; waiting ${outcome.waitMs / 1000} s.`);
          if (++limited >= mostLimited) throw new WaitUntil(new Date(pausedUntil));
        }
      }
    },
  };
}
