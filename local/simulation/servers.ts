import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { messageOf } from '../../shared/errors.ts';
import { type Answer, html } from './answers.ts';
import { send } from './send.ts';
import { unescaped, type Visit } from './visit.ts';
import type { Watch, Watched } from './watch.ts';

export interface SimulationOptions<World> {
  world: World;
  /** The vendor's clock. A test with a clock of its own shares it with the connector. */
  now?: () => Date;
  /** A free one, if absent. */
  port?: number;
}

export interface Simulated<World, Route extends string> extends Watched<Route> {
  close(): Promise<void>;
  world: World;
}

/** One host of a vendor; where `serve` has no answer, the connection is reset. */
export function createVendorServer<Route extends string, V extends Visit<Route>>(
  open: (request: IncomingMessage, body: string) => V,
  serve: (visit: V) => Promise<Answer | undefined>,
  { enter, violation }: Watch<Route>,
): Server {
  return createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    text(request)
      .then((body) => {
        const visit = open(request, body);
        enter(visit.route, response);
        return serve(visit);
      })
      .catch((error: unknown) => {
        // Who goes away half way through a request has done nothing wrong.
        if (request.complete)
          violation(`${request.url}: the simulation failed: ${messageOf(error)}`);
        return undefined;
      })
      .then((answer) => (answer ? send(response, answer) : void request.socket.destroy()))
      .catch(() => response.destroy());
  });
}

/**
 * A host that is not the vendor's, to which some files' addresses lead. It gives them to
 * everybody, and reports whoever shows it a token.
 */
export function createElsewhere(
  answer: (path: string[]) => Answer | undefined,
  violation: (text: string) => void,
): Server {
  return createServer((request, response) => {
    if (request.headers.authorization) violation('a token was sent to a foreign host');
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname.split('/').slice(1).map(unescaped);
    send(response, answer(path) ?? html(404, 'Not Found')).catch(() =>
      response.destroy(),
    );
  });
}

/** On loopback, and on a free port if none is given. */
export async function listen(server: Server, port = 0): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

export function originOf(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server is closed.');
  return `http://127.0.0.1:${address.port}`;
}

export async function stop(...servers: Server[]): Promise<void> {
  const listening = servers.filter((server) => server.listening);
  const closed = listening.map((server) => once(server, 'close'));
  for (const server of listening) {
    server.close();
    server.closeAllConnections();
  }
  await Promise.all(closed);
}
