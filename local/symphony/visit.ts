import type { IncomingMessage } from 'node:http';
import { type Visit as AnyVisit, arrival, unescaped } from '../simulation/visit.ts';
import type { RouteName } from './faults.ts';
import { type Route, routes } from './routes.ts';

export interface Visit extends AnyVisit<RouteName> {
  found: Route | undefined;
  /** The service that the path belongs to: pod, agent, login or relay. */
  service: string;
  session: string | undefined;
  keys: string | undefined;
}

export function openVisit(request: IncomingMessage, body: string): Visit {
  const arrived = arrival(request, body);
  const { path, method } = arrived;
  const service = path.split('/')[1] ?? '';
  const found = routes.find((route) => route.path.test(path));
  const isSignIn = /^\/(login|relay)\/pubkey\/authenticate$/.test(path);
  const signIn: RouteName = service === 'login' ? 'login' : 'relay';
  const route = isSignIn ? signIn : (found?.name ?? 'unknown');
  return {
    ...{ ...arrived, route, found, service },
    where: `${method} ${route === 'unknown' ? path : route}`,
    id: unescaped(found?.path.exec(path)?.[1] ?? ''),
    session: headerOf(request, 'sessiontoken'),
    keys: headerOf(request, 'keymanagertoken'),
  };
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
