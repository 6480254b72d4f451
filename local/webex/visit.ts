import type { IncomingMessage } from 'node:http';
import type { Call } from './calls.ts';
import type { RouteName } from './faults.ts';
import { type Route, routes } from './routes.ts';

/** A request as it came in, let in or not. */
export interface Visit extends Call {
  route: RouteName;
  found: Route | undefined;
  url: string;
  method: string;
  host: string;
}

export function openVisit(request: IncomingMessage, origin: string): Visit {
  const url = new URL(request.url ?? '/', origin);
  const path = url.pathname.startsWith('/v1/') ? url.pathname.slice(3) : '';
  const found = routes.find((route) => route.path.test(path));
  const method = request.method ?? 'GET';
  const isToken = path === '/access_token';
  const route = isToken ? 'accessToken' : (found?.name ?? 'unknown');
  return {
    route,
    found,
    url: `${method} ${url.pathname}${url.search}`,
    method,
    host: url.host,
    where: `${method} ${isToken || !found ? url.pathname : `/${route}`}`,
    query: url.searchParams,
    id: unescaped(found?.path.exec(path)?.[1] ?? ''),
    form: new URLSearchParams(),
  };
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
