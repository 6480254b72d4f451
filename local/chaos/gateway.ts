import { once } from 'node:events';
import {
  Agent,
  request as ask,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export const services = ['blob', 'queue', 'table', 'graph'] as const;
export type ServiceName = (typeof services)[number];

/** A request on its way from the product to one of the services. */
export interface Passage {
  service: ServiceName;
  method: string;
  /** With the query. */
  path: string;
  body: Buffer;
}

/**
 * When the sender of a request dies.
 * - `unsent`: before it left
 * - `underway`: it is on its way, and arrives a little later
 * - `unheard`: it was granted, and the answer never arrives
 * - `heard`: just after the answer
 */
export const moments = ['unsent', 'underway', 'unheard', 'heard'] as const;
export type Moment = (typeof moments)[number];

export interface Watcher {
  /** Told of every request; says when its sender dies, if it is to. */
  meet(passage: Passage): Moment | undefined;
  /** Resolves when the sender is dead. */
  kill(): Promise<void>;
}

export type Origins = Record<ServiceName, string>;

export interface Gateway {
  /** Where the product finds the services, instead of where they are. */
  origins: Origins;
  close(): Promise<void>;
}

const underwayMs = 100;

/** Stands between one process and its services, sees every request, and lets it through. */
export async function startGateway(targets: Origins, watcher: Watcher): Promise<Gateway> {
  const agent = new Agent({ keepAlive: true });
  const servers: Server[] = [];
  const start = async (service: ServiceName): Promise<[ServiceName, string]> => {
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      const route = { service, agent, target: targets[service], watcher };
      pass(route, request, response).catch(() => response.destroy());
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || !address) throw new Error('No port.');
    return [service, `http://127.0.0.1:${address.port}`];
  };
  const own = Object.fromEntries(await Promise.all(services.map(start)));
  return {
    origins: { ...targets, ...own },
    async close() {
      agent.destroy();
      await Promise.all(servers.map(stop));
    },
  };
}

interface Way {
  service: ServiceName;
  agent: Agent;
  target: string;
  watcher: Watcher;
}

async function pass(
  way: Way,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { service, watcher } = way;
  const { method = 'GET', url: path = '/' } = request;
  const body = await buffer(request);
  const moment = watcher.meet({ service, method, path, body });
  if (moment === 'unsent' || moment === 'underway') await watcher.kill();
  if (moment === 'unsent') return;
  if (moment === 'underway') await delay(underwayMs);
  const answer = await forward(way, request, body, moment ? undefined : response);
  const content = await buffer(answer);
  if (moment === 'unheard') await watcher.kill();
  if (moment === 'unheard' || moment === 'underway') return;
  const { 'transfer-encoding': _, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 500, headers);
  response.end(content);
  if (moment !== 'heard') return;
  await once(response, 'finish');
  await watcher.kill();
}

/** A sender that goes away takes its request along, unless it is to arrive all the same. */
async function forward(
  { agent, target }: Way,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  sender: ServerResponse | undefined,
): Promise<IncomingMessage> {
  const request = ask(`${target}${url}`, { ...(method && { method }), headers, agent });
  sender?.once('close', () => request.destroy());
  request.end(body);
  const [answer]: IncomingMessage[] = await once(request, 'response');
  if (!answer) throw new Error('There is no answer.');
  return answer;
}

async function stop(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

const endpoint = /(Blob|Queue|Table)Endpoint=(http:\/\/[^/;]+)/g;

/** Where the three services of a connection string are. */
export function storageOrigins(
  connectionString: string,
): Pick<Origins, 'blob' | 'queue' | 'table'> {
  const found = new Map(
    [...connectionString.matchAll(endpoint)].map(([, name = '', origin = '']) => [
      name.toLowerCase(),
      origin,
    ]),
  );
  const origin = (name: string) => found.get(name) ?? '';
  return { blob: origin('blob'), queue: origin('queue'), table: origin('table') };
}

/** The same storage, elsewhere. */
export function throughOrigins(connectionString: string, origins: Origins): string {
  return connectionString.replaceAll(endpoint, (_, name: 'Blob' | 'Queue' | 'Table') => {
    const lower = { Blob: 'blob', Queue: 'queue', Table: 'table' } as const;
    return `${name}Endpoint=${origins[lower[name]]}`;
  });
}
