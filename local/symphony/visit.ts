import type { IncomingMessage } from 'node:http';
import type { RouteName } from './faults.ts';
import { type Call, type Route, routes } from './routes.ts';

/** A request as it came in, let in or not. */
export interface Visit extends Call {
  route: RouteName;
  found: Route | undefined;
  url: string;
  method: string;
  /** The service that the path belongs to: pod, agent, login or relay. */
  service: string;
  session: string | undefined;
  keys: string | undefined;
}

export function openVisit(request: IncomingMessage, body: string): Visit {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const { pathname } = url;
  const method = request.method ?? 'GET';
  const service = pathname.split('/')[1] ?? '';
  const found = routes.find(({ path }) => path.test(pathname));
  const isSignIn = /^\/(login|relay)\/pubkey\/authenticate$/.test(pathname);
  const signIn: RouteName = service === 'login' ? 'login' : 'relay';
  const route = isSignIn ? signIn : (found?.name ?? 'unknown');
  return {
    ...{ route, found, method, service, body, query: url.searchParams },
    url: `${method} ${pathname}${url.search}`,
    where: `${method} ${route === 'unknown' ? pathname : route}`,
    id: decodeURIComponent(found?.path.exec(pathname)?.[1] ?? ''),
    session: headerOf(request, 'sessiontoken'),
    keys: headerOf(request, 'keymanagertoken'),
  };
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
