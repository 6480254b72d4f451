import { messageOf } from '../../errors.ts';
import { VendorFault } from './vendorFaults.ts';

/** What is said of a request when it fails. */
interface Asked {
  url: URL;
  what: string;
}

/** An answer with a status of 500 or above. `retryAfterMs`: what it asked for. */
export function statusFault(
  vendor: string,
  { what }: Asked,
  status: number,
  headers: Headers,
  retryAfterMs: number | undefined,
): VendorFault {
  const id = trackingIdOf(headers);
  const message = `${vendor} answered ${status} when asked for ${what}${id ? ` (tracking id ${id})` : ''}.`;
  return new VendorFault('status', message, { status, retryAfterMs });
}

/** What `fetch` or reading the answer threw. */
export function networkFault(
  vendor: string,
  { url, what }: Asked,
  error: unknown,
): VendorFault {
  const code = networkCode(error);
  if (isUnreachable(code)) {
    const message = `${vendor} could not be reached at ${url.host} (${code}).`;
    return new VendorFault('unreachable', message, { cause: error });
  }
  const why = code ?? messageOf(error);
  const message = `${vendor} gave no whole answer when asked for ${what} (${why}).`;
  return new VendorFault('broken', message, { cause: error });
}

const trackingHeaders = ['trackingid', 'x-request-id', 'x-zm-trackingid'];

/** What a vendor gives to find a request in its own logs; never content. */
function trackingIdOf(headers: Headers): string | undefined {
  const id = trackingHeaders.map((name) => headers.get(name)).find(Boolean) ?? '';
  return /^[\w.:;=-]{1,120}$/.test(id) ? id : undefined;
}

/** Ports that `fetch` never connects to: https://fetch.spec.whatwg.org/#port-blocking */
const badPort = 'BADPORT';

const noConnection = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  badPort,
]);

/** The system's code behind what `fetch` threw, as in `ECONNREFUSED`. */
function networkCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    if (cause.message === 'bad port') return badPort;
  }
  return undefined;
}

/** True if the vendor's host could not be talked to at all. */
const isUnreachable = (code: string | undefined): boolean =>
  code !== undefined && (noConnection.has(code) || /CERT|SELF_SIGNED|TLS/.test(code));
