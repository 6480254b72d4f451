import type { IncomingMessage } from 'node:http';
import { type Visit as AnyVisit, arrival, unescaped } from '../simulation/visit.ts';
import type { RouteName } from './faults.ts';
import { type Route, routes } from './routes.ts';

export interface Visit extends AnyVisit<RouteName> {
  found: Route | undefined;
}

export const tokenPath = '/oauth/token';

export function openVisit(request: IncomingMessage, body: string): Visit {
  const arrived = arrival(request, body);
  const { path, method } = arrived;
  const found = routes.find((route) => route.path.test(path));
  const route = path === tokenPath ? 'token' : (found?.name ?? 'unknown');
  return {
    ...{ ...arrived, route, found },
    where: `${method} ${found ? route : path}`,
    id: idOf(found?.path.exec(path)?.[1] ?? ''),
  };
}

/**
 * Zoom unescapes once more what then begins with a slash, or has two in a row.
 *
 * https://developers.zoom.us/docs/api/rest/using-zoom-apis/#meeting-id-and-uuid
 */
function idOf(part: string): string {
  const once = unescaped(part);
  const twice = unescaped(once);
  if (isTwice(twice) && twice !== once) return twice;
  // Escaped once only, such an id would have fallen apart at its slashes on the way.
  return isTwice(once) ? 'torn apart by its slashes' : once;
}

const isTwice = (uuid: string): boolean => uuid.startsWith('/') || uuid.includes('//');
