import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { messageOf } from '../../shared/errors.ts';
import { send } from '../simulation/send.ts';
import { createElsewhere } from './elsewhere.ts';
import type { RouteName } from './faults.ts';
import type { SimFile, World } from './model.ts';
import { createPageTokens } from './pageTokens.ts';
import { talkFiles } from './resources.ts';
import { createService, type ServiceOptions } from './service.ts';
import { createTraffic } from './traffic.ts';
import { openVisit, tokenPath } from './visit.ts';

export interface SimulatedZoomOptions extends ServiceOptions {
  world: World;
  /** The service's clock. A test with a clock of its own shares it with the connector. */
  now?: () => Date;
  /** A free one, if absent. */
  port?: number;
}

export interface SimulatedZoom {
  /** With the version, without a slash at the end. */
  baseUrl: string;
  authUrl: string;
  /** A host that some files redirect to, as `_DOWNLOAD_HOSTS` has it. */
  elsewhere: string;
  close(): Promise<void>;
  /** What a well-behaved client would not have done, as it happened. */
  violations: string[];
  requests(route: RouteName): number;
  mostInFlight(): number;
  world: World;
}

/** A Zoom of its own on loopback, strict: what the real one refuses, it refuses. */
export async function startSimulatedZoom(
  options: SimulatedZoomOptions,
): Promise<SimulatedZoom> {
  const { world, now = () => new Date(), quirks = {} } = options;
  const violations: string[] = [];
  const violation = (text: string) => void violations.push(text);
  const findFile = (id: string) => fileIn(world, id);
  const elsewhere = createElsewhere(findFile, violation);
  const traffic = createTraffic(violation);
  const service = createService(options, {
    ...{ world, now, quirks, violation, findFile, served: new Map() },
    page: createPageTokens({ pageSize: quirks.pageSize, now, violation }),
    origin: () => originOf(server),
    elsewhere: () => originOf(elsewhere),
  });
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const visit = openVisit(request, originOf(server));
    traffic.enter(visit.route, response);
    service(visit, request)
      .catch((error: unknown) => {
        violation(`${visit.where}: the simulation failed: ${messageOf(error)}`);
        return undefined;
      })
      .then((answer) => (answer ? send(response, answer) : void request.socket.destroy()))
      .catch(() => response.destroy());
  });
  await Promise.all([listen(server, options.port ?? 0), listen(elsewhere, 0)]);
  return {
    baseUrl: `${originOf(server)}/v2`,
    authUrl: `${originOf(server)}${tokenPath}`,
    elsewhere: new URL(originOf(elsewhere)).host,
    close: async () => {
      await Promise.all([stop(server), stop(elsewhere)]);
    },
    ...{ violations, requests: traffic.requests, mostInFlight: traffic.most, world },
  };
}

function fileIn(world: World, id: string): SimFile | undefined {
  for (const meeting of world.meetings) {
    const files = [
      ...[...meeting.files, ...meeting.shared],
      ...(meeting.isArchived ? talkFiles(meeting, 'archive') : []),
      ...(meeting.isRecorded ? talkFiles(meeting, 'recordings') : []),
    ];
    const found = files.find((file) => file.id === id);
    if (found) return found;
  }
  return undefined;
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
