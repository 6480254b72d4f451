import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { messageOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { Registration, Trigger } from './core.ts';
import { listenOnLoopback, readBody } from './loopback.ts';
import { parseTemplate, type Template } from './template.ts';
import type { HttpCookie, HttpData, TypedData } from './typedData.ts';

/** A function that is called over HTTP. Keys are not asked for: this is the loopback. */
interface Route {
  name: string;
  methods: string[];
  template: Template;
  invoke(trigger: Trigger): Promise<TypedData | undefined>;
}

const bindingSchema = z.object({
  route: z.string().optional(),
  methods: z.array(z.string()).default([]),
});

export function httpRoute(registration: Registration, invoke: Route['invoke']): Route {
  const { route, methods } = bindingSchema.parse(registration.trigger.binding);
  return {
    name: registration.name,
    methods: methods.map((method) => method.toUpperCase()),
    template: parseTemplate(
      `/api/${route ?? registration.name}`,
      (key) => key.startsWith('*'),
      'i',
    ),
    invoke,
  };
}

/** Serves HTTP functions on loopback, under `/api`. */
export function serveHttp(routes: Route[], port: number | undefined, log: Log) {
  // Fixed routes before those with parameters, as in the real host.
  const ordered = routes.toSorted(
    (a, b) => a.template.keys.length - b.template.keys.length,
  );
  const server = createServer((request, response) => {
    answer(ordered, request, response, log).catch((error: unknown) => {
      log.error(`A request could not be answered: ${messageOf(error)}`);
      response.destroy();
    });
  });
  return listenOnLoopback(server, port);
}

async function answer(
  routes: Route[],
  request: IncomingMessage,
  response: ServerResponse,
  log: Log,
): Promise<void> {
  const url = new URL(
    request.url ?? '/',
    `http://${request.headers.host ?? 'localhost'}`,
  );
  const method = request.method ?? 'GET';
  const candidates = routes.filter(({ template }) => template.match(url.pathname));
  const route = candidates.find(
    ({ methods }) => methods.length === 0 || methods.includes(method),
  );
  if (!route) {
    response.writeHead(candidates.length > 0 ? 405 : 404).end();
    return;
  }
  try {
    const data = await requestData(request, url, method, route);
    const result = await route.invoke({ data: { http: data } });
    send(response, result?.http);
  } catch (error) {
    log.error(`${route.name} failed: ${messageOf(error)}`);
    response.writeHead(500).end();
  }
}

async function requestData(
  request: IncomingMessage,
  url: URL,
  method: string,
  route: Route,
): Promise<HttpData> {
  const headers = Object.entries(request.headers).map(
    ([name, value]) =>
      [name, Array.isArray(value) ? value.join(', ') : (value ?? '')] as const,
  );
  const values = route.template.match(url.pathname) ?? [];
  const params = route.template.keys.map(
    (key, index) => [paramName(key), decodeURIComponent(values[index] ?? '')] as const,
  );
  return {
    url: url.href,
    method,
    headers: Object.fromEntries(headers),
    query: Object.fromEntries(url.searchParams),
    params: Object.fromEntries(params),
    body: { bytes: await readBody(request) },
  };
}

/** Without what may stand around it: `{*rest}`, `{id:int}`. */
const paramName = (key: string) => key.replace(/^\*/, '').replace(/[:?=].*$/, '');

function send(response: ServerResponse, data: HttpData | null | undefined): void {
  if (!data) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, value] of Object.entries(data.headers ?? {})) {
    response.setHeader(name, value);
  }
  const cookies = data.cookies ?? [];
  if (cookies.length > 0) response.setHeader('set-cookie', cookies.map(cookieText));
  response.statusCode = Number(data.statusCode ?? 200);
  response.end(data.body?.bytes ?? data.body?.string ?? undefined);
}

function cookieText(cookie: HttpCookie): string {
  const { domain, path, expires, maxAge, secure, httpOnly, sameSite } = cookie;
  const site = sameSite === 'explicitNone' ? 'none' : sameSite;
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    domain && `Domain=${domain.value}`,
    path && `Path=${path.value}`,
    expires && `Expires=${new Date(expires.value.seconds * 1000).toUTCString()}`,
    maxAge && `Max-Age=${maxAge.value}`,
    secure?.value && 'Secure',
    httpOnly?.value && 'HttpOnly',
    site && sameSite !== 'none' && `SameSite=${site}`,
  ]
    .filter(Boolean)
    .join('; ');
}
