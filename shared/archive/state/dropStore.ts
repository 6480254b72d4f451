import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BlobItem, ContainerClient } from '@azure/storage-blob';
import {
  DropChanged,
  type DropFile,
  type DropRef,
  type DropStore,
} from '../../connectors/dropStore.ts';
import { answered } from './blobs.ts';
import { asRefusal, held, isGone, unlessGone, unlessMissing } from './dropFaults.ts';
import type { ArchiveStorage } from './storage.ts';

const mebibyte = 1024 * 1024;
const filesPerPage = 5000;
/** How often a stream that breaks off is taken up where it was. */
const mostResumes = 5;
/** Where rejected files go, within their container. */
const rejectedFolder = 'rejected/';
/** Which file a rejected one was made from. */
const sourceTag = 'rejected_from';

type Metadata = Record<string, string>;

/**
 * A drop container. What a connector has to remember of a file is written into the file's own
 * metadata: it needs no index that grows, and disappears with the content that it speaks of.
 */
export function createDropStore(
  storage: ArchiveStorage,
  containerName: string,
  connector: string,
): DropStore {
  const container = storage.container(containerName);
  const tag = `archive_${connector.replaceAll('-', '_')}`;

  /** A file that was appended to keeps its metadata, but not its length. */
  const markOf = (metadata: Metadata | undefined, bytes: number): string | undefined => {
    const [length, mark] = metadata?.[tag]?.split(' ') ?? [];
    return length === String(bytes) ? mark : undefined;
  };

  const fileOf = ({ name, properties, metadata }: BlobItem): DropFile => {
    const bytes = properties.contentLength ?? 0;
    return {
      ...{ path: name, etag: etagOf(properties.etag), bytes },
      modifiedAt: properties.lastModified,
      contentType: properties.contentType || 'application/octet-stream',
      mark: markOf(metadata, bytes),
    };
  };

  async function properties({ path, etag }: DropRef) {
    const found = await unlessGone(container.getBlobClient(path).getProperties());
    return found && etagOf(found.etag) === etag ? found : undefined;
  }

  async function open({ path, etag }: DropRef, start = 0): Promise<Readable> {
    const options = { conditions: { ifMatch: etag }, maxRetryRequests: mostResumes };
    try {
      const blob = container.getBlobClient(path);
      const { readableStreamBody } = await blob.download(start, undefined, options);
      if (readableStreamBody instanceof Readable) return readableStreamBody;
    } catch (error) {
      // Nothing lies behind the end of a file.
      if (answered(error, 416)) return Readable.from([]);
      if (!isGone(error)) throw asRefusal(error);
      throw new DropChanged('A file was replaced or removed while it was being read.');
    }
    throw new Error('The storage gave no stream for a file.');
  }

  return {
    async list(prefix, from) {
      const place = from === undefined ? {} : { continuationToken: from };
      const ask = () =>
        container
          .listBlobsFlat({ prefix, includeMetadata: true })
          .byPage({ maxPageSize: filesPerPage, ...place })
          .next();
      const { value } = await unlessMissing(container, ask);
      const items: BlobItem[] = value?.segment.blobItems ?? [];
      return {
        files: items.filter((item) => !isFolder(item)).map(fileOf),
        next: value?.continuationToken || undefined,
      };
    },

    async top() {
      const ask = () =>
        container
          .listBlobsByHierarchy('/', { includeMetadata: true })
          .byPage({ maxPageSize: filesPerPage })
          .next();
      const { value } = await unlessMissing(container, ask);
      const blobItems: BlobItem[] = value?.segment.blobItems ?? [];
      const { blobPrefixes = [] } = value?.segment ?? {};
      const files = blobItems.filter((item) => !isFolder(item));
      return [...blobPrefixes, ...files].map(({ name }) => name).sort();
    },

    async find(path) {
      const found = await unlessGone(container.getBlobClient(path).getProperties());
      if (!found) return undefined;
      const bytes = found.contentLength ?? 0;
      return {
        ...{ path, etag: etagOf(found.etag), bytes },
        modifiedAt: found.lastModified ?? new Date(0),
        contentType: found.contentType || 'application/octet-stream',
        mark: markOf(found.metadata, bytes),
      };
    },

    open,

    async mark({ path, etag }, mark) {
      const found = await properties({ path, etag });
      if (!found) return false;
      const metadata = { ...found.metadata, [tag]: `${found.contentLength} ${mark}` };
      const conditions = { ifMatch: etag };
      return held(container.getBlobClient(path).setMetadata(metadata, { conditions }));
    },

    async reject(file, reason) {
      const found = await properties(file);
      if (!found) return;
      await keepRejected(container, file, () => open(file), {
        ...found.metadata,
        reason,
      });
      const conditions = { ifMatch: file.etag };
      await held(container.getBlobClient(file.path).delete({ conditions }));
    },
  };
}

/** Where a rejected file of that name lies already, this one gets a name of its own. */
async function keepRejected(
  container: ContainerClient,
  file: DropRef,
  content: () => Promise<Readable>,
  metadata: Metadata,
): Promise<void> {
  const source = createHash('sha256').update(file.etag).digest('hex').slice(0, 16);
  const plain = `${rejectedFolder}${file.path}`;
  for (const path of [plain, `${plain}.${source}`]) {
    const there = await unlessGone(container.getBlobClient(path).getProperties());
    if (there?.metadata?.[sourceTag] === source) return;
    if (there) continue;
    const blob = container.getBlockBlobClient(path);
    await blob.uploadStream(await content(), 4 * mebibyte, 2, {
      metadata: { ...metadata, [sourceTag]: source },
      conditions: { ifNoneMatch: '*' },
    });
    return;
  }
}

/** Lists have them without quotation marks, properties with them. */
const etagOf = (etag: string | undefined): string =>
  etag ? `"${etag.replaceAll('"', '')}"` : '';

/** Accounts with a hierarchical namespace list their folders, too. */
const isFolder = ({ metadata }: BlobItem): boolean => metadata?.hdi_isfolder === 'true';
