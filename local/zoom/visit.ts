import type { IncomingMessage } from 'node:http';
import type { Call } from './calls.ts';
import type { RouteName } from './faults.ts';
import { type Route, routes } from './routes.ts';

/** A request as it came in, let in or not. */
export interface Visit extends Call {
  route: RouteName;
  found: Route | undefined;
  method: string;
}

export const tokenPath = '/oauth/token';

export function openVisit(request: IncomingMessage, origin: string): Visit {
  const url = new URL(request.url ?? '/', origin);
  const found = routes.find((route) => route.path.test(url.pathname));
  const isToken = url.pathname === tokenPath;
  const route = isToken ? 'token' : (found?.name ?? 'unknown');
  const method = request.method ?? 'GET';
  return {
    ...{ route, found, method, query: url.searchParams },
    where: `${method} ${found ? route : url.pathname}`,
    id: unescaped(found?.path.exec(url.pathname)?.[1] ?? ''),
  };
}

/**
 * Zoom unescapes once more what then begins with a slash, or has two in a row.
 *
 * https://developers.zoom.us/docs/api/rest/using-zoom-apis/#meeting-id-and-uuid
 */
function unescaped(part: string): string {
  const once = decode(part);
  const twice = decode(once);
  if (isTwice(twice) && twice !== once) return twice;
  // Escaped once only, such an id would have fallen apart at its slashes on the way.
  return isTwice(once) ? 'torn apart by its slashes' : once;
}

const isTwice = (uuid: string): boolean => uuid.startsWith('/') || uuid.includes('//');

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
