import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  type BlobRequestConditions,
  type BlockBlobClient,
  RestError,
} from '@azure/storage-blob';
import { containers } from '../../names.ts';
import { type PageRef, pagePath, parsePagePath } from '../runs/runIds.ts';
import { answered } from './blobs.ts';
import type { ArchiveStorage } from './storage.ts';

/** An email in the container `emails`: where it lies, its size, and its SHA-256 in hex. */
export interface StoredEmail {
  emailPath: string;
  bytes: number;
  sha256: string;
}

/** The archive's canonical copies: `emails/NAME/aa/KEY.eml`, each written once. */
export interface EmailStore {
  /** Keeps the email, unless one is kept under its key. Returns the one that is kept. */
  keep(ref: PageRef, key: string, email: Readable): Promise<StoredEmail>;
  /** The page that an item's email was made from; undefined if it has none. */
  pageOf(connector: string, key: string): Promise<PageRef | undefined>;
}

const blockSize = 2 * 1024 * 1024;

const absent: BlobRequestConditions = { ifNoneMatch: '*' };

/** The container `emails`. */
export function createEmailStore(storage: ArchiveStorage): EmailStore {
  const container = storage.container(containers.emails);
  const pathOf = (connector: string, key: string) =>
    `${connector}/${key.slice(0, 2)}/${key}.eml`;

  async function kept(emailPath: string): Promise<StoredEmail> {
    const found = await container.getBlobClient(emailPath).getProperties();
    return {
      emailPath,
      bytes: found.contentLength ?? 0,
      sha256: found.metadata?.sha256 ?? '',
    };
  }

  return {
    async keep(ref, key, email) {
      const emailPath = pathOf(ref.connector, key);
      const blob = container.getBlockBlobClient(emailPath);
      try {
        return { emailPath, ...(await upload(blob, email, pagePath(ref))) };
      } catch (error) {
        if (answered(error, 409, 412) || isBeaten(error)) return kept(emailPath);
        throw error;
      }
    },

    async pageOf(connector, key) {
      try {
        const blob = container.getBlobClient(pathOf(connector, key));
        const { metadata } = await blob.getProperties();
        return parsePagePath(metadata?.page ?? '');
      } catch (error) {
        if (answered(error, 404)) return undefined;
        throw error;
      }
    },
  };
}

/** Another upload of the same email was committed, and took our blocks with it. */
const isBeaten = (error: unknown): boolean =>
  error instanceof RestError && error.code === 'InvalidBlockList';

/**
 * One call for a small email; blocks for a large one, of which two are in memory at most. The
 * hash is known before the last call, so that the email and its hash appear together.
 */
async function upload(blob: BlockBlobClient, email: Readable, page: string) {
  const hash = createHash('sha256');
  const blockIds: string[] = [];
  let bytes = 0;
  let pending: Buffer[] = [];
  let pendingBytes = 0;

  const stageBlock = async () => {
    const block = Buffer.concat(pending);
    const blockId = Buffer.from(randomUUID()).toString('base64');
    await blob.stageBlock(blockId, block, block.byteLength);
    blockIds.push(blockId);
    pending = [];
    pendingBytes = 0;
  };

  for await (const chunk of email) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    pending.push(chunk);
    pendingBytes += chunk.byteLength;
    if (pendingBytes >= blockSize) await stageBlock();
  }
  const sha256 = hash.digest('hex');
  const options = {
    conditions: absent,
    metadata: { page, sha256 },
    blobHTTPHeaders: { blobContentType: 'message/rfc822' },
  };
  if (blockIds.length === 0) {
    await blob.upload(Buffer.concat(pending), pendingBytes, options);
  } else {
    if (pendingBytes > 0) await stageBlock();
    await blob.commitBlockList(blockIds, options);
  }
  return { bytes, sha256 };
}
