import pLimit from 'p-limit';
import type { Log } from '../../shared/log.ts';
import { type Env, fillSettings } from './appSettings.ts';
import { hasTrigger } from './bindings.ts';
import { parseBlobPattern } from './blobPattern.ts';
import { blobBindingSchema, pumpBlobs } from './blobPump.ts';
import type { Connect } from './connections.ts';
import type { Registration, Trigger } from './core.ts';
import type { HostSettings } from './hostJson.ts';
import type { Invoker } from './invoker.ts';
import { pumpQueue, queueBindingSchema } from './queuePump.ts';

interface Parts {
  enabled: Registration[];
  settings: HostSettings;
  connect: Connect;
  env: Env;
  invoker: Invoker;
  log: Log;
}

/** The name is the real host's own. */
const blobPoisonQueue = 'webjobs-blobtrigger-poison';

/** Pumps queues and blobs into functions; resolves after the signal, when all is done. */
export type Pump = (signal: AbortSignal) => Promise<void>;

/** Throws a `ConfigurationError` if a storage account is not in the settings. */
export async function preparePumps(parts: Parts): Promise<Pump> {
  const limit = pLimit(parts.settings.blobs.maxDegreeOfParallelism);
  const pumps: Pump[] = [];
  for (const registration of parts.enabled) {
    const invoke = (trigger: Trigger) => parts.invoker.invoke(registration, trigger);
    if (hasTrigger(registration, 'queue')) {
      pumps.push(await prepareQueue(parts, registration, invoke));
    }
    if (hasTrigger(registration, 'blob')) {
      pumps.push(await prepareBlobs(parts, registration, invoke, limit));
    }
  }
  return async (signal) => {
    await Promise.all(pumps.map((pump) => pump(signal)));
  };
}

type Invoke = (trigger: Trigger) => Promise<unknown>;

async function prepareQueue(
  { settings, connect, env, log }: Parts,
  { name, trigger }: Registration,
  invoke: Invoke,
): Promise<Pump> {
  const binding = queueBindingSchema.parse(trigger.binding);
  const { queues } = await connect(binding.connection);
  const queueName = fillSettings(binding.queueName, env);
  const queue = queues.getQueueClient(queueName);
  const poison = queues.getQueueClient(`${queueName}-poison`);
  const pump = { name, queue, poison, settings: settings.queues, invoke, log };
  return (signal) => pumpQueue(pump, signal);
}

async function prepareBlobs(
  { settings, connect, env, log }: Parts,
  { name, trigger }: Registration,
  invoke: Invoke,
  limit: ReturnType<typeof pLimit>,
): Promise<Pump> {
  const binding = blobBindingSchema.parse(trigger.binding);
  const { blobs, queues } = await connect(binding.connection);
  const pattern = parseBlobPattern(fillSettings(binding.path, env));
  const container = blobs.getContainerClient(pattern.container);
  const poison = queues.getQueueClient(blobPoisonQueue);
  const { base64 } = settings.queues;
  const threshold = settings.blobs.poisonBlobThreshold;
  const places = { pattern, container, poison };
  const pump = { name, ...places, base64, threshold, limit, invoke, log };
  return (signal) => pumpBlobs(pump, signal);
}
