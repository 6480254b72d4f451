import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { errorReply, GraphError, type Reply } from './answers.ts';
import { dispatchBatch } from './batch.ts';
import { dispatch, dispatchUpload, type Incoming } from './dispatch.ts';
import type { ExchangeContext, Outcome } from './exchange.ts';
import type { Service } from './service.ts';
import type { TokenOffice } from './tokens.ts';
import { uploadPath } from './uploadRoutes.ts';
import { headersOf, idsOf, readBody, send } from './wire.ts';

export const version = '/v1.0';

export interface Listener {
  port: number;
  close(): Promise<void>;
}

/** Listens on loopback; `port` 0 takes a free one. */
export async function listen(
  context: ExchangeContext,
  office: TokenOffice,
  port: number,
): Promise<Listener> {
  const server = createServer((request, response) => {
    void answer(request, response, context, office);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return { port: address.port, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  context: ExchangeContext,
  office: TokenOffice,
): Promise<void> {
  const ids = idsOf(request);
  let leave = () => {};
  response.once('close', () => leave());
  const incoming: Incoming = {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: headersOf(request),
    ids,
    readBody: () => readBody(request, context.service.limits.requestBytes),
    inBatch: false,
    onLeave: (given) => {
      leave = given;
    },
  };
  const outcome = await route(incoming, context, office).catch((error: unknown) =>
    failure(error, request, context.service, ids),
  );
  leave();
  if (outcome === 'reset') request.socket.destroy();
  else send(response, outcome, ids);
}

/** A fault of the connection, or of the simulation itself. */
function failure(
  error: unknown,
  request: IncomingMessage,
  service: Service,
  ids: Incoming['ids'],
): Outcome {
  const isClosing = error instanceof Error && error.name === 'AbortError';
  if (request.destroyed || isClosing) return 'reset';
  if (error instanceof GraphError)
    return errorReply(error, { ...ids, date: service.now() });
  const reason = error instanceof Error ? error.stack : String(error);
  service.violate(`the simulation failed: ${reason}`);
  return { status: 500, body: { error: { code: 'SimulationFailed', message: reason } } };
}

async function route(
  incoming: Incoming,
  context: ExchangeContext,
  office: TokenOffice,
): Promise<Outcome> {
  const { service } = context;
  const url = new URL(incoming.url, 'http://127.0.0.1');
  if (incoming.method === 'POST' && /^\/[^/]+\/oauth2\/v2\.0\/token$/.test(url.pathname))
    return issueToken(incoming, service, office);
  if (url.pathname.startsWith(uploadPath)) {
    const id = url.pathname.slice(uploadPath.length);
    return dispatchUpload(
      incoming,
      { id, token: url.searchParams.get('authtoken') },
      context,
    );
  }
  if (!url.pathname.startsWith(`${version}/`)) {
    service.violate(`${incoming.method} outside of ${version}`);
    throw new GraphError(404, 'ResourceNotFound', 'There is nothing at this path.');
  }
  checkToken(incoming, service, office);
  const below = { ...incoming, url: incoming.url.slice(version.length) };
  const isBatch = url.pathname.toLowerCase() === `${version}/$batch`;
  return isBatch && incoming.method === 'POST'
    ? dispatchBatch(below, context)
    : dispatch(below, context);
}

async function issueToken(
  incoming: Incoming,
  service: Service,
  office: TokenOffice,
): Promise<Reply> {
  const form = new URLSearchParams((await incoming.readBody()).toString('utf8'));
  return office.issue(form, `${new URL(service.baseUrl()).origin}/.default`);
}

function checkToken({ headers }: Incoming, service: Service, office: TokenOffice): void {
  const { authorization } = headers;
  if (office.accepts(authorization)) return;
  service.violate(authorization === undefined ? 'no token' : 'a wrong token');
  throw new GraphError(
    401,
    'InvalidAuthenticationToken',
    authorization === undefined ? 'Access token is empty.' : 'Access token is not valid.',
    {
      'WWW-Authenticate': 'Bearer realm="", authorization_uri="/common/oauth2/authorize"',
    },
  );
}
