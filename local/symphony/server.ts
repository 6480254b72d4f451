import {
  createVendorServer,
  listen,
  originOf,
  type Simulated,
  type SimulationOptions,
  stop,
} from '../simulation/servers.ts';
import { createWatch } from '../simulation/watch.ts';
import {
  type AccountOptions,
  createAccounts,
  type KeyPair,
  newKeyPair,
} from './accounts.ts';
import { type RouteName, routeNames } from './faults.ts';
import type { World } from './model.ts';
import { createService, type ServiceOptions, type Services } from './service.ts';
import { openVisit, type Visit } from './visit.ts';

/** `port` is the pod's. */
export interface SimulatedSymphonyOptions
  extends ServiceOptions,
    AccountOptions,
    SimulationOptions<World> {
  /** Where the key manager is. */
  keyManager?: 'pod' | 'agent' | 'nowhere';
  /** Made at the start, if absent. */
  keyPair?: KeyPair;
}

export interface SimulatedSymphony extends Simulated<World, RouteName> {
  podUrl: string;
  agentUrl: string;
  username: string;
  /** PEM, PKCS#8. */
  privateKey: string;
}

/** A pod, an agent and a key manager on loopback, strict: what the real ones refuse, they refuse. */
export async function startSimulatedSymphony(
  options: SimulatedSymphonyOptions,
): Promise<SimulatedSymphony> {
  const { world, now = () => new Date(), keyManager = 'pod' } = options;
  const { publicKey, privateKey } = options.keyPair ?? newKeyPair();
  const { username } = world.account;
  const watch = createWatch(routeNames);
  const { violations, violation, requests, mostInFlight } = watch;
  const accounts = createAccounts(options, { username, publicKey, now, violation });
  const service = createService(options, { world, now, violation }, accounts);
  const serverOf = (...services: Services) =>
    createVendorServer(openVisit, (visit: Visit) => service(visit, services), watch);
  const relayAt = (place: string): Services => (keyManager === place ? ['relay'] : []);
  const pod = serverOf('pod', 'login', ...relayAt('pod'));
  const agent = serverOf('agent', ...relayAt('agent'));
  await Promise.all([listen(pod, options.port), listen(agent)]);
  return {
    ...{ username, privateKey, world, violations, requests, mostInFlight },
    podUrl: originOf(pod),
    agentUrl: originOf(agent),
    close: () => stop(pod, agent),
  };
}
