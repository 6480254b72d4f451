import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigurationError, messageOf } from '../../shared/errors.ts';
import { type Env, fillSettings } from './appSettings.ts';

/** What the host takes from host.json, with the defaults of the real one. Times in ms. */
export interface HostSettings {
  queues: {
    batchSize: number;
    newBatchThreshold: number;
    maxDequeueCount: number;
    visibilityTimeoutMs: number;
    maxPollingIntervalMs: number;
    base64: boolean;
  };
  blobs: { maxDegreeOfParallelism: number; poisonBlobThreshold: number };
  durable: {
    hubName: string;
    /** The setting that says where the history is kept. */
    connection: string;
    maxConcurrentActivityFunctions: number;
    maxConcurrentOrchestratorFunctions: number;
  };
}

const timePattern = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?$/;

/** .NET's TimeSpan: `[d.]hh:mm:ss`. */
const timeSpan = z
  .string()
  .regex(timePattern, 'must be a time such as 00:00:30')
  .transform((text) => {
    const [, days = '0', hours = '0', minutes = '0', seconds = '0'] =
      timePattern.exec(text) ?? [];
    const inHours = Number(days) * 24 + Number(hours);
    return ((inHours * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  });

const count = z.number().int().positive();

// https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#host-json
const queuesSchema = z.looseObject({
  batchSize: count.max(32).default(16),
  newBatchThreshold: z.number().int().nonnegative().optional(),
  maxDequeueCount: count.default(5),
  visibilityTimeout: timeSpan.default(0),
  maxPollingInterval: timeSpan.default(60_000),
  messageEncoding: z.enum(['base64', 'none']).default('base64'),
});

// https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-blob#hostjson-settings
const blobsSchema = z.looseObject({
  maxDegreeOfParallelism: count.default(8 * availableParallelism()),
  poisonBlobThreshold: count.default(5),
});

// https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-bindings#host-json
const durableSchema = z.looseObject({
  hubName: z.string().default('TestHubName'),
  maxConcurrentActivityFunctions: count.default(10 * availableParallelism()),
  maxConcurrentOrchestratorFunctions: count.default(10 * availableParallelism()),
  storageProvider: z
    .looseObject({
      type: z.literal('AzureStorage').optional(),
      connectionStringName: z.string().optional(),
      connectionName: z.string().optional(),
    })
    .default({}),
});

const hostJsonSchema = z.looseObject({
  version: z.literal('2.0'),
  extensions: z
    .looseObject({
      queues: queuesSchema.prefault({}),
      blobs: blobsSchema.prefault({}),
      durableTask: durableSchema.prefault({}),
    })
    .prefault({}),
});

/** Reads host.json in the folder `root`. */
export async function readHostJson(root: string, env: Env): Promise<HostSettings> {
  const path = join(root, 'host.json');
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ConfigurationError([`${path} can't be read as JSON: ${messageOf(error)}.`]);
  }
  const parsed = hostJsonSchema.safeParse(content);
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.map(
        (issue) => `${path}: ${issue.path.join('.')} ${issue.message}.`,
      ),
    );
  }
  return toSettings(parsed.data.extensions, env);
}

function toSettings(
  { queues, blobs, durableTask }: z.infer<typeof hostJsonSchema>['extensions'],
  env: Env,
): HostSettings {
  const { storageProvider } = durableTask;
  return {
    queues: {
      batchSize: queues.batchSize,
      newBatchThreshold:
        queues.newBatchThreshold ?? (queues.batchSize / 2) * availableParallelism(),
      maxDequeueCount: queues.maxDequeueCount,
      visibilityTimeoutMs: queues.visibilityTimeout,
      maxPollingIntervalMs: queues.maxPollingInterval,
      base64: queues.messageEncoding === 'base64',
    },
    blobs: {
      maxDegreeOfParallelism: blobs.maxDegreeOfParallelism,
      poisonBlobThreshold: blobs.poisonBlobThreshold,
    },
    durable: {
      hubName: fillSettings(durableTask.hubName, env),
      connection:
        storageProvider.connectionStringName ??
        storageProvider.connectionName ??
        'AzureWebJobsStorage',
      maxConcurrentActivityFunctions: durableTask.maxConcurrentActivityFunctions,
      maxConcurrentOrchestratorFunctions: durableTask.maxConcurrentOrchestratorFunctions,
    },
  };
}
