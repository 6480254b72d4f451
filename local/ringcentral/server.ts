import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { messageOf } from '../../shared/errors.ts';
import { html } from '../simulation/answers.ts';
import { send } from '../simulation/send.ts';
import type { RouteName } from './faults.ts';
import { contentOf } from './files.ts';
import type { World } from './model.ts';
import { createService, openVisit, type ServiceOptions } from './service.ts';

export interface SimulatedRingCentralOptions extends ServiceOptions {
  world: World;
  /** The service's clock. A test with a clock of its own shares it with the connector. */
  now?: () => Date;
  /** A free one, if absent. */
  port?: number;
}

export interface SimulatedRingCentral {
  /** Without a slash at the end. */
  baseUrl: string;
  /** Where exports and files lie, as `_DOWNLOAD_HOSTS` wants it. */
  mediaHost: string;
  close(): Promise<void>;
  /** What a well-behaved client would not have done, as it happened. */
  violations: string[];
  requests: Record<RouteName, number>;
  mostInFlight(): number;
  /** How many export tasks were created. */
  tasksMade(): number;
  world: World;
}

const mostInFlight = 8;

/** A RingCentral of its own on loopback, strict: what the real one refuses, it refuses. */
export async function startSimulatedRingCentral(
  options: SimulatedRingCentralOptions,
): Promise<SimulatedRingCentral> {
  const { world, now = () => new Date() } = options;
  const violations: string[] = [];
  const violation = (text: string) => void violations.push(text);
  const traffic = createTraffic(violation);
  const service = createService(options, {
    ...{ world, now, violation },
    baseUrl: () => originOf(api),
    mediaUrl: () => originOf(media),
    elsewhereUrl: () => originOf(elsewhere),
  });

  const host = (isMedia: boolean) =>
    createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      const visit = openVisit(request, isMedia);
      traffic.enter(visit.route, response);
      text(request)
        .then((body) => service.serve(visit, body))
        .catch((error: unknown) => {
          violation(`${visit.where}: the simulation failed: ${messageOf(error)}`);
          return undefined;
        })
        .then((answer) =>
          answer ? send(response, answer) : void request.socket.destroy(),
        )
        .catch(() => response.destroy());
    });
  const [api, media] = [host(false), host(true)];
  /** Somebody else's host, which gives files to everybody and reports who shows it a token. */
  const elsewhere = createServer((request, response) => {
    if (request.headers.authorization) violation('a token was sent to a foreign host');
    const found = world.files.get((request.url ?? '').split('/')[3] ?? '');
    const answer = found ? contentOf(found) : html(404, 'Not Found');
    send(response, answer).catch(() => response.destroy());
  });
  await Promise.all([
    listen(api, options.port ?? 0),
    listen(media, 0),
    listen(elsewhere, 0),
  ]);
  return {
    baseUrl: originOf(api),
    mediaHost: new URL(originOf(media)).host,
    close: async () => {
      await Promise.all([stop(api), stop(media), stop(elsewhere)]);
    },
    violations,
    requests: traffic.requests,
    mostInFlight: traffic.most,
    tasksMade: service.tasksMade,
    world,
  };
}

/** Counts requests, and how many are under way at a time. */
function createTraffic(violation: (text: string) => void) {
  const requests: Record<RouteName, number> = {
    ...{ token: 0, listTasks: 0, createTask: 0, readTask: 0, dataset: 0 },
    ...{ file: 0, unknown: 0 },
  };
  let [inFlight, most] = [0, 0];
  return {
    requests,
    most: () => most,
    enter(route: RouteName, response: ServerResponse): void {
      requests[route] += 1;
      inFlight += 1;
      if (inFlight > most && inFlight > mostInFlight) {
        violation(`${inFlight} requests in flight, ${mostInFlight} are allowed`);
      }
      most = Math.max(most, inFlight);
      response.once('close', () => {
        inFlight -= 1;
      });
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

function originOf(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server is closed.');
  return `http://127.0.0.1:${address.port}`;
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
