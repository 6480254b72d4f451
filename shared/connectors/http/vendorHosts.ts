import { isLoopback } from '../../secureUrl.ts';
import { ForeignUrl } from './vendorFaults.ts';

/** Where a request may go, and whether it takes the credentials along. */
export interface VendorHosts {
  /** Throws `ForeignUrl` for a host that nothing is fetched from. */
  check(url: URL): void;
  /** True for the base URL's origin and for the hosts that were listed. */
  isTrusted(url: URL): boolean;
}

/**
 * Hosts are compared with their port; one without a port means the scheme's own. `*.HOST` means
 * all hosts below that one, for vendors that number theirs.
 */
export function createVendorHosts(baseUrl: string, allowedHosts: string[]): VendorHosts {
  const base = new URL(baseUrl);
  const allowed = new Set(allowedHosts.map((host) => hostWithPort(host)));
  const isBelow = (url: URL) =>
    partsBelow(url.hostname).some((parent) => allowed.has(`*.${parent}:${portOf(url)}`));
  const isTrusted = (url: URL) =>
    isSecure(url) &&
    (url.origin === base.origin || allowed.has(hostOf(url)) || isBelow(url));
  return {
    isTrusted,
    check(url) {
      if (!isSecure(url)) throw new ForeignUrl('The address does not begin with https.');
      if (!isTrusted(url)) throw new ForeignUrl(`The host ${url.host} is not allowed.`);
    },
  };
}

/** `_DOWNLOAD_HOSTS`: `host` or `host:port`, comma separated. */
export const hostList = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean);

const isSecure = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.href));

const portOf = (url: URL): string =>
  url.port || (url.protocol === 'http:' ? '80' : '443');

const hostOf = (url: URL): string => `${url.hostname}:${portOf(url)}`;

/** `a.b.c` → `b.c`, `c`. */
function partsBelow(hostname: string): string[] {
  const labels = hostname.split('.');
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
}

function hostWithPort(host: string): string {
  const url = URL.parse(`https://${host}`);
  return url ? hostOf(url) : host;
}
