import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { messageOf } from '../../shared/errors.ts';
import { send } from '../simulation/send.ts';
import {
  type AccountOptions,
  createAccounts,
  type KeyPair,
  newKeyPair,
} from './accounts.ts';
import type { RouteName } from './faults.ts';
import type { World } from './model.ts';
import { createService, type ServiceOptions, type Services } from './service.ts';
import { createTraffic } from './traffic.ts';
import { openVisit } from './visit.ts';

export interface SimulatedSymphonyOptions extends ServiceOptions, AccountOptions {
  world: World;
  /** The services' clock. A test with a clock of its own shares it with the connector. */
  now?: () => Date;
  /** Of the pod; a free one, if absent. */
  port?: number;
  /** Where the key manager is. */
  keyManager?: 'pod' | 'agent' | 'nowhere';
  /** Made at the start, if absent. */
  keyPair?: KeyPair;
}

export interface SimulatedSymphony {
  podUrl: string;
  agentUrl: string;
  username: string;
  /** PEM, PKCS#8. */
  privateKey: string;
  close(): Promise<void>;
  /** What a well-behaved client would not have done, as it happened. */
  violations: string[];
  requests: Partial<Record<RouteName, number>>;
  mostInFlight(): number;
  world: World;
}

/** A pod, an agent and a key manager on loopback, strict: what the real ones refuse, they refuse. */
export async function startSimulatedSymphony(
  options: SimulatedSymphonyOptions,
): Promise<SimulatedSymphony> {
  const { world, now = () => new Date(), keyManager = 'pod' } = options;
  const { publicKey, privateKey } = options.keyPair ?? newKeyPair();
  const { username } = world.account;
  const violations: string[] = [];
  const violation = (text: string) => void violations.push(text);
  const traffic = createTraffic(violation);
  const accounts = createAccounts(options, { username, publicKey, now, violation });
  const service = createService(options, { world, now, violation }, accounts);

  const serve = (services: Services): Server =>
    createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      text(request)
        .then((body) => {
          const visit = openVisit(request, body);
          traffic.enter(visit.route, response);
          return service(visit, services);
        })
        .catch((error: unknown) => {
          violation(`${request.url}: the simulation failed: ${messageOf(error)}`);
          return undefined;
        })
        .then((answer) =>
          answer ? send(response, answer) : void request.socket.destroy(),
        )
        .catch(() => response.destroy());
    });

  const pod = serve([
    'pod',
    'login',
    ...(keyManager === 'pod' ? ['relay' as const] : []),
  ]);
  const agent = serve(['agent', ...(keyManager === 'agent' ? ['relay' as const] : [])]);
  await Promise.all([listen(pod, options.port ?? 0), listen(agent, 0)]);
  return {
    ...{ username, privateKey, violations, world },
    podUrl: originOf(pod),
    agentUrl: originOf(agent),
    requests: traffic.requests,
    mostInFlight: traffic.most,
    close: async () => {
      await Promise.all([stop(pod), stop(agent)]);
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
