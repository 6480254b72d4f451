import { BrokenAnswer, ForeignUrl } from './vendorFaults.ts';
import type { VendorHosts } from './vendorHosts.ts';

/** A request that may be sent on. */
export interface RedirectableRequest {
  url: URL;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  download?: boolean;
  credentials: Record<string, string>;
}

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;

/**
 * `fetch` follows redirects with the headers it was given; this doesn't. Within the origin the
 * credentials go along; a download may go on to another allowed host, without them.
 */
export async function follow(
  fetchUrl: typeof fetch,
  hosts: VendorHosts,
  request: RedirectableRequest,
  signal: AbortSignal,
): Promise<Response> {
  let url = request.url;
  let credentials = request.credentials;
  for (let hops = 0; hops <= mostRedirects; hops++) {
    hosts.check(url);
    const response = await fetchUrl(url, {
      method: request.method ?? 'GET',
      headers: { ...request.headers, ...credentials },
      redirect: 'manual',
      signal,
      ...(request.body !== undefined && { body: request.body }),
    });
    const location = response.headers.get('location');
    if (!redirects.has(response.status) || !location) return response;
    await response.body?.cancel();
    const next = URL.parse(location, url.href);
    if (!next) throw new BrokenAnswer('it redirects to nowhere');
    if (next.origin !== url.origin) {
      if (!request.download) {
        throw new ForeignUrl(`A redirect to ${next.host} was not followed.`);
      }
      // For good: whoever it leads back here by is not the one who was asked.
      credentials = {};
    }
    url = next;
  }
  throw new BrokenAnswer('it redirects in a circle');
}
