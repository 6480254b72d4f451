import type { IncomingMessage } from 'node:http';
import { type Visit as AnyVisit, arrival, unescaped } from '../simulation/visit.ts';
import type { RouteName } from './faults.ts';
import { type Route, routes } from './routes.ts';

export interface Visit extends AnyVisit<RouteName> {
  found: Route | undefined;
}

export function openVisit(request: IncomingMessage, body: string): Visit {
  const arrived = arrival(request, body);
  const path = arrived.path.startsWith('/v1/') ? arrived.path.slice(3) : '';
  const found = routes.find((route) => route.path.test(path));
  const isToken = path === '/access_token';
  const route = isToken ? 'accessToken' : (found?.name ?? 'unknown');
  return {
    ...{ ...arrived, route, found },
    where: `${arrived.method} ${found ? `/${route}` : arrived.path}`,
    id: unescaped(found?.path.exec(path)?.[1] ?? ''),
  };
}
