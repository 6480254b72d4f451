import { createHash, randomUUID } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import type { FileStore, StateStore } from '../../connectors/connector.ts';
import { containers } from '../../names.ts';
import { readJson, writeJson } from './blobs.ts';
import type { ArchiveStorage } from './storage.ts';

const mebibyte = 1024 * 1024;
/** How often a stream that breaks off is taken up where it was. */
const mostResumes = 5;

/** A connector's documents: `state/connectors/NAME/…`. */
export function createStateStore(storage: ArchiveStorage, connector: string): StateStore {
  const container = storage.container(containers.state);
  const path = (name: string) => `connectors/${connector}/${name}.json`;
  return {
    read: (name, schema) => readJson(container, path(name), schema),
    write: (name, value, ifMatch) => writeJson(container, path(name), value, ifMatch),
  };
}

/**
 * A connector's downloads: `attachments/NAME/yyyy-mm-dd/…`. Each gets a path of its own, so that
 * whoever comes second changes nothing of what the first one's page refers to.
 */
export function createFileStore(
  storage: ArchiveStorage,
  connector: string,
  now: () => Date,
): FileStore {
  const container = storage.container(containers.attachments);
  return {
    async put(content) {
      const path = `${connector}/${now().toISOString().slice(0, 10)}/${randomUUID()}`;
      const hash = createHash('sha256');
      let bytes = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          bytes += chunk.byteLength;
          done(null, chunk);
        },
      });
      content.on('error', (error) => measure.destroy(error));
      const blob = container.getBlockBlobClient(path);
      await blob.uploadStream(content.pipe(measure), 2 * mebibyte, 2);
      return { path, bytes, sha256: hash.digest('hex') };
    },
    async open(path, part) {
      const blob = container.getBlobClient(path);
      const { readableStreamBody } = await blob.download(
        part?.start,
        part && part.end - part.start,
        { maxRetryRequests: mostResumes },
      );
      if (readableStreamBody instanceof Readable) return readableStreamBody;
      throw new Error('The storage gave no stream for a file.');
    },
    async remove(path) {
      await container.getBlobClient(path).deleteIfExists();
    },
  };
}
