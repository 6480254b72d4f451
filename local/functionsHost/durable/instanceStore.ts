import type { ContainerClient } from '@azure/storage-blob';
import { answered, readJson } from '../../../shared/archive/state/blobs.ts';
import type { Stored } from '../../../shared/connectors/connector.ts';
import { hasEnded, type Instance, instanceSchema } from './instance.ts';

/** Where instances are kept. Writes hold to an ETag, or to `'absent'`. */
export interface InstanceStore {
  read(id: string): Promise<Stored<Instance> | undefined>;
  /** The new ETag; undefined if somebody else was faster. */
  write(instance: Instance, ifMatch: string): Promise<string | undefined>;
  remove(id: string): Promise<boolean>;
  /** Ids of all instances, or of those that have not ended. */
  ids(which: 'all' | 'unfinished'): Promise<string[]>;
  /** Tells the worker, wherever it runs, to look at an instance. */
  ring(id: string): Promise<void>;
  /** The ids that were rung for; each stays until it is answered. */
  bells(): Promise<{ id: string; answer(): Promise<void> }[]>;
}

const instancePrefix = 'instances/';
const bellPrefix = 'bells/';
const pathOf = (prefix: string, id: string) => prefix + encodeURIComponent(id);
const idOf = (prefix: string, path: string) =>
  decodeURIComponent(path.slice(prefix.length));

export function createInstanceStore(container: ContainerClient): InstanceStore {
  const blobOf = (id: string) => container.getBlockBlobClient(pathOf(instancePrefix, id));

  return {
    read: (id) => readJson(container, pathOf(instancePrefix, id), instanceSchema),

    async write(instance, ifMatch) {
      const body = Buffer.from(JSON.stringify(instance));
      const conditions = ifMatch === 'absent' ? { ifNoneMatch: '*' } : { ifMatch };
      try {
        const { etag } = await blobOf(instance.instanceId).upload(body, body.length, {
          conditions,
          metadata: { status: instance.status },
          blobHTTPHeaders: { blobContentType: 'application/json' },
        });
        return etag;
      } catch (error) {
        if (answered(error, 404, 409, 412)) return undefined;
        throw error;
      }
    },

    async remove(id) {
      return (await blobOf(id).deleteIfExists()).succeeded;
    },

    async ids(which) {
      const found: string[] = [];
      const options = { prefix: instancePrefix, includeMetadata: true };
      for await (const { name, metadata } of container.listBlobsFlat(options)) {
        const status = metadata?.status ?? 'Running';
        if (which === 'all' || !hasEnded({ status })) {
          found.push(idOf(instancePrefix, name));
        }
      }
      return found;
    },

    async ring(id) {
      await container.getBlockBlobClient(pathOf(bellPrefix, id)).upload('', 0);
    },

    async bells() {
      const found = [];
      for await (const blob of container.listBlobsFlat({ prefix: bellPrefix })) {
        const { name, properties } = blob;
        found.push({
          id: idOf(bellPrefix, name),
          // A bell that was rung again meanwhile stays.
          async answer() {
            const conditions = { ifMatch: quoted(properties.etag) };
            const bell = container.getBlobClient(name);
            await bell.delete({ conditions }).catch((error: unknown) => {
              if (!answered(error, 404, 412)) throw error;
            });
          },
        });
      }
      return found;
    },
  };
}

/** Lists give ETags without the quotes that conditions must have. */
function quoted(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}
