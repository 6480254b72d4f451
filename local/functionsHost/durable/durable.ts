import type { Log } from '../../../shared/log.ts';
import { hasTrigger } from '../bindings.ts';
import { type Connect, openContainer } from '../connections.ts';
import type { Registration } from '../core.ts';
import type { HostSettings } from '../hostJson.ts';
import type { Invoker } from '../invoker.ts';
import { contend } from '../leadership.ts';
import type { TypedData } from '../typedData.ts';
import { createDurableOperations, type DurableOperations } from './durableClient.ts';
import { createInstanceStore } from './instanceStore.ts';
import { startRpcServer } from './rpcServer.ts';
import { createWorker } from './worker.ts';

/** The durable part of a host. */
export interface Durable {
  operations: DurableOperations;
  /** The data of a `durableClient` input, as JSON. */
  clientData: string;
  /** Gives orchestrations up to other hosts. */
  stop(): Promise<void>;
  /** After that no client is answered. */
  close(): Promise<void>;
}

/** Of all hosts of a hub one takes the turns; each can start, ask and end orchestrations. */
export async function startDurable(
  registrations: Registration[],
  settings: HostSettings['durable'],
  connect: Connect,
  invoker: Invoker,
  log: Log,
): Promise<Durable> {
  const name = `durable-${settings.hubName.toLowerCase()}`;
  const container = await openContainer(connect, settings.connection, name);
  const find = (name: string, kind: 'activity' | 'orchestration') =>
    registrations.find((it) => it.name === name && hasTrigger(it, kind));

  const run = async (
    kind: 'activity' | 'orchestration',
    name: string,
    data: TypedData,
  ) => {
    const registration = find(name, kind);
    if (registration) return invoker.invoke(registration, { data });
    throw new Error(
      `The function '${name}' doesn't exist, is disabled, or is not an ${kind} function.`,
    );
  };
  const store = createInstanceStore(container);
  const worker = createWorker({
    ...settings,
    ...{ store, log },
    runActivity: (name, data) => run('activity', name, data),
    runOrchestrator: (name, data) => run('orchestration', name, data),
  });
  const isOrchestrator = (name: string) => find(name, 'orchestration') !== undefined;
  const operations = createDurableOperations(store, isOrchestrator, worker.notice);
  const rpc = await startRpcServer(operations, settings.hubName);
  const hasWork = registrations.some((it) => hasTrigger(it, 'orchestration'));
  const office = { name: 'leases/worker', hold: worker.hold };
  return {
    operations,
    clientData: rpc.clientData,
    stop: hasWork ? contend(container, office, log) : async () => {},
    close: rpc.close,
  };
}
