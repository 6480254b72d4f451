import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Answer } from './answers.ts';

/** A request that found its route and was let in. */
export interface Call {
  /** `GET /events`, for violations. */
  where: string;
  query: URLSearchParams;
  body: string;
  /** What the path holds. */
  id: string;
}

/** A request as it came in, let in or not. */
export interface Visit<Name> extends Call {
  route: Name;
  method: string;
  path: string;
  /** The method and all of the address. */
  request: string;
  headers: IncomingHttpHeaders;
}

export type Handler<Simulation> = (call: Call, simulation: Simulation) => Answer;

export interface Route<Name, Simulation> {
  name: Name;
  methods: string[];
  path: RegExp;
  parameters: string[];
  handle: Handler<Simulation>;
}

/** A route that is read; its path may hold one id. */
export const reading = <Name, Simulation>(
  name: Name,
  path: string,
  handle: Handler<Simulation>,
  parameters: string[] = [],
): Route<Name, Simulation> => ({
  ...{ name, methods: ['GET'], path: new RegExp(`^${path}$`), parameters, handle },
});

/** What any vendor sees of a request. */
export function arrival(request: IncomingMessage, body: string) {
  const { pathname, search, searchParams } = new URL(
    request.url ?? '/',
    'http://localhost',
  );
  const { method = 'GET', headers } = request;
  return {
    ...{ method, headers, body, path: pathname, query: searchParams },
    request: `${method} ${pathname}${search}`,
  };
}

export function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
