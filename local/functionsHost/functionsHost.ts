import path from 'node:path';
import type { Log } from '../../shared/log.ts';
import { type Env, isDisabled } from './appSettings.ts';
import { checkBindings, hasTrigger } from './bindings.ts';
import { createConnect, openContainer } from './connections.ts';
import { loadFunctions, type Registration } from './core.ts';
import { type Durable, startDurable } from './durable/durable.ts';
import type { Instance as StoredInstance } from './durable/instance.ts';
import { readHostJson } from './hostJson.ts';
import { httpRoute, serveHttp } from './http.ts';
import { createInvoker, type Invoker } from './invoker.ts';
import { pause } from './leadership.ts';
import { preparePumps } from './pumps.ts';
import { createTimers } from './timers.ts';

export interface FunctionsHostOptions {
  /** The app's settings. */
  env: Env;
  /** The folder with host.json. */
  root: string;
  /** Paths of the files that register functions, relative to `root`. */
  functionFiles: string[];
  log: Log;
  /** False: timers fire only by `fireTimer`. */
  timers: boolean;
  /** For HTTP functions; a free one if absent. */
  httpPort?: number;
}

/** An orchestration instance, as its clients see it. */
export interface Instance {
  instanceId: string;
  name: string;
  status: StoredInstance['status'];
  input: unknown;
  output: unknown;
  customStatus: unknown;
  createdAt: Date;
  updatedAt: Date;
}

export interface FunctionsHost {
  /** What the files registered. */
  readonly registrations: Registration[];
  /** `http://127.0.0.1:PORT`; undefined if no function is called over HTTP. */
  readonly origin: string | undefined;
  /** Runs a timer's function now; rejects as it does. */
  fireTimer(name: string, options?: { isPastDue?: boolean }): Promise<void>;
  /** Throws if an instance of that id has not ended. Returns the id. */
  startOrchestration(name: string, input: unknown, id?: string): Promise<string>;
  status(id: string): Promise<Instance | undefined>;
  /** Instances of an orchestrator that have not ended, the oldest first. */
  unfinished(name?: string): Promise<Instance[]>;
  /**
   * Takes nothing new, waits for what is running, and gives up what is not done in time: it
   * is done again by the next host, as after a crash. Default: 10 seconds.
   */
  stop(options?: { withinMs?: number }): Promise<void>;
}

/** Where hosts keep what is about themselves: leases, and when timers last ran. */
export const hostsContainer = 'local-hosts';

/**
 * Starts a functions host on a laptop, in this process: it runs what the files register through
 * the genuine `@azure/functions` and `durable-functions`, as host.json says, on real Azure
 * Storage or Azurite. Throws a `ConfigurationError` for what an administrator has to mend.
 */
export async function createFunctionsHost(
  options: FunctionsHostOptions,
): Promise<FunctionsHost> {
  const { env, root, log } = options;
  const settings = await readHostJson(root, env);
  const files = options.functionFiles.map((file) => path.resolve(root, file));
  const registrations = await loadFunctions(files);
  checkBindings(registrations);
  const enabled = registrations.filter(({ name }) => !isDisabled(name, env));
  const connect = createConnect(env);
  const invoker = createInvoker(log);
  const timers = createTimers(enabled, env, invoker, log);
  const pump = await preparePumps({ enabled, settings, connect, env, invoker, log });
  const container = await openContainer(connect, 'AzureWebJobsStorage', hostsContainer);
  const http = await startHttp(enabled, options, invoker);

  const durable = await startDurable(enabled, settings.durable, connect, invoker, log);
  invoker.setClientData(durable.clientData);
  const stop = new AbortController();
  const work = pump(stop.signal);
  const stopTimers = options.timers ? timers.start(container) : async () => {};

  return {
    ...operationsOf(durable),
    registrations,
    origin: http?.origin,
    fireTimer: timers.fire,
    async stop({ withinMs = 10_000 } = {}) {
      stop.abort();
      const limit = new AbortController();
      await Promise.race([
        Promise.all([work, stopTimers(), durable.stop(), invoker.idle()]),
        pause(withinMs, limit.signal),
      ]);
      limit.abort();
      await Promise.all([http?.close(), durable.close()]);
    },
  };
}

async function startHttp(
  enabled: Registration[],
  { httpPort, log }: FunctionsHostOptions,
  invoker: Invoker,
) {
  const routes = enabled
    .filter((registration) => hasTrigger(registration, 'http'))
    .map((it) => httpRoute(it, (trigger) => invoker.invoke(it, trigger)));
  return routes.length > 0 ? serveHttp(routes, httpPort, log) : undefined;
}

function operationsOf({ operations }: Durable) {
  return {
    async startOrchestration(name: string, input: unknown, instanceId?: string) {
      const json = JSON.stringify(input ?? null);
      const result = await operations.start(name, json, { instanceId });
      if (result.kind === 'started') return result.instanceId;
      throw new Error(
        result.kind === 'exists'
          ? `An Orchestration instance with the status ${result.status} already exists.`
          : `There is no orchestrator function ${name}, or it is disabled.`,
      );
    },
    async status(id: string): Promise<Instance | undefined> {
      const instance = await operations.get(id);
      return instance && toInstance(instance);
    },
    async unfinished(name?: string): Promise<Instance[]> {
      const found = await operations.unfinished();
      return found
        .filter((instance) => name === undefined || instance.name === name)
        .map(toInstance)
        .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    },
  };
}

function toInstance(stored: StoredInstance): Instance {
  const { instanceId, name, status, input, output, customStatus } = stored;
  const value = (json: string | undefined): unknown =>
    json === undefined ? undefined : JSON.parse(json);
  return {
    ...{ instanceId, name, status },
    ...{ input: value(input), output: value(output), customStatus: value(customStatus) },
    createdAt: new Date(stored.createdAt),
    updatedAt: new Date(stored.updatedAt),
  };
}
