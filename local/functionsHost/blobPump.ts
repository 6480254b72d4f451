import type { BlobItem, ContainerClient } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';
import type { LimitFunction } from 'p-limit';
import { z } from 'zod';
import { answered } from '../../shared/archive/state/blobs.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { BlobPattern } from './blobPattern.ts';
import type { Trigger } from './core.ts';
import { pause } from './leadership.ts';
import type { TypedData } from './typedData.ts';

export const blobBindingSchema = z.object({
  path: z.string(),
  connection: z.string().default('AzureWebJobsStorage'),
});

const scanEveryMs = 250;
const troubleMs = 1_000;
const retryAfterMs = 500;

export interface BlobPump {
  name: string;
  pattern: BlobPattern;
  container: ContainerClient;
  /** Where the host puts what failed too often, encoded as host.json says. */
  poison: QueueClient;
  base64: boolean;
  /** How often a blob is tried. */
  threshold: number;
  /** Shared by all blob functions of the host. */
  limit: LimitFunction;
  invoke(trigger: Trigger): Promise<unknown>;
  log: Log;
}

/**
 * Looks again and again for blobs, and hands each one, in each state that it is seen in, to its
 * function once. What was handed out is known to this process only: the next one begins anew.
 */
export async function pumpBlobs(pump: BlobPump, signal: AbortSignal): Promise<void> {
  let known = new Set<string>();
  const running = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    const seen = new Set<string>();
    for (const blob of await scan(pump, signal)) {
      const id = `${blob.properties.etag} ${blob.name}`;
      seen.add(id);
      if (known.has(id) || running.has(id)) continue;
      const work = pump
        .limit(() => handle(pump, blob, signal))
        .catch((error: unknown) => {
          pump.log.warn(`${pump.name} can't have a blob for now: ${messageOf(error)}`);
          known.delete(id);
        })
        .finally(() => running.delete(id));
      running.set(id, work);
    }
    known = seen;
    await pause(scanEveryMs, signal);
  }
  await Promise.all(running.values());
}

async function scan({ container, pattern, log }: BlobPump, signal: AbortSignal) {
  const found: BlobItem[] = [];
  try {
    for await (const blob of container.listBlobsFlat({ prefix: pattern.prefix })) {
      if (pattern.match(blob.name)) found.push(blob);
    }
  } catch (error) {
    // A container that isn't there yet is an empty one.
    if (!answered(error, 404)) {
      log.warn(`${pattern.container} can't be listed for now: ${messageOf(error)}`);
      await pause(troubleMs, signal);
    }
  }
  return found;
}

async function handle(
  pump: BlobPump,
  blob: BlobItem,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; !signal.aborted; attempt++) {
    const trigger = await read(pump, blob);
    if (!trigger) return;
    try {
      await pump.invoke(trigger);
      return;
    } catch (error) {
      pump.log.error(
        `${pump.name} failed on a blob, try ${attempt}: ${messageOf(error)}`,
      );
    }
    if (attempt >= pump.threshold) return toPoison(pump, blob);
    await pause(retryAfterMs, signal);
  }
}

/** Undefined if the blob is no more, or is another by now. */
async function read(pump: BlobPump, blob: BlobItem): Promise<Trigger | undefined> {
  const { container, pattern } = pump;
  const client = container.getBlobClient(blob.name);
  try {
    const answer = await client.download(0, undefined, {
      conditions: { ifMatch: `"${blob.properties.etag.replaceAll('"', '')}"` },
    });
    const chunks: Buffer[] = [];
    for await (const chunk of answer.readableStreamBody ?? []) {
      chunks.push(Buffer.from(chunk));
    }
    const names = Object.entries(pattern.match(blob.name) ?? {});
    return {
      data: { bytes: Buffer.concat(chunks) },
      metadata: {
        BlobTrigger: { string: `${pattern.container}/${blob.name}` },
        Uri: { string: client.url.split('?')[0] ?? '' },
        Properties: { json: JSON.stringify(propertiesOf(blob)) },
        Metadata: { json: JSON.stringify(answer.metadata ?? {}) },
        ...Object.fromEntries(names.map(([key, value]) => [key, { string: value }])),
      } satisfies Record<string, TypedData>,
    };
  } catch (error) {
    if (answered(error, 404, 412)) return undefined;
    throw error;
  }
}

function propertiesOf({ properties }: BlobItem) {
  return {
    ETag: properties.etag,
    LastModified: properties.lastModified,
    ContentLength: properties.contentLength,
    ContentType: properties.contentType,
    BlobType: properties.blobType,
  };
}

// https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-blob-trigger#poison-blobs
async function toPoison(pump: BlobPump, blob: BlobItem): Promise<void> {
  const text = JSON.stringify({
    FunctionId: `Host.Functions.${pump.name}`,
    BlobType: blob.properties.blobType ?? 'BlockBlob',
    ContainerName: pump.pattern.container,
    BlobName: blob.name,
    ETag: `"${blob.properties.etag.replaceAll('"', '')}"`,
  });
  const message = pump.base64 ? Buffer.from(text).toString('base64') : text;
  await pump.poison.createIfNotExists();
  await pump.poison.sendMessage(message, { messageTimeToLive: -1 });
  pump.log.error(`A blob failed too often in ${pump.name}: see ${pump.poison.name}.`);
}
