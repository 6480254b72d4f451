import LinkHeader from 'http-link-header';
import { BrokenAnswer } from '../http/vendorFaults.ts';

/**
 * The next page by the `Link` header; undefined where there is none. It is followed only on the
 * endpoint it came from. Old faults of the server are mended: `max=null`, and filters that the
 * next page's address has lost.
 *
 * https://developer.webex.com/docs/basics#pagination,
 * https://github.com/WebexCommunity/WebexPythonSDK/issues/168
 */
export function nextLink(header: string | null, current: URL): URL | undefined {
  const uri = header ? refOf(header) : undefined;
  if (uri === undefined) return undefined;
  const next = URL.parse(uri, current.href);
  if (!next || next.origin !== current.origin || next.pathname !== current.pathname) {
    throw new BrokenAnswer('its next page lies elsewhere');
  }
  for (const [name, value] of current.searchParams) {
    if (name === 'cursor') continue;
    const told = next.searchParams.get(name);
    if (told === null || told === 'null') next.searchParams.set(name, value);
  }
  if (next.href === current.href) throw new BrokenAnswer('its next page is the same');
  return next;
}

function refOf(header: string): string | undefined {
  try {
    return LinkHeader.parse(header).rel('next')[0]?.uri;
  } catch {
    throw new BrokenAnswer('its Link header is unreadable');
  }
}
