import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { messageOf } from '../../errors.ts';
import type { FileStore } from '../connector.ts';
import { BlobReader, StorageTrouble } from './blobReader.ts';

/** Each file of an export holds up to 10,000 elements: more than this would be 100 million. */
const mostEntries = 10_000;
const gibibyte = 1024 ** 3;
/** So much may come out of a ZIP, or so many times its own size if that is more. */
const leastUnpacked = 4 * gibibyte;
const mostTimes = 50;

/** A ZIP, or a file in it, that can't be read. The message is the end of a sentence. */
export class BadZip extends Error {
  override name = 'BadZip';
}

/** A file in a ZIP. */
export interface ZipEntry {
  /** As it stands in the ZIP; not trusted, and never a path on a disk. */
  name: string;
  /** As it says itself. */
  bytes: number;
  /** Rejects with `BadZip` if it is broken, encrypted, or longer than it says. */
  read(): AsyncIterable<Buffer>;
}

/**
 * The directory of a stored ZIP. Its contents come as streams; what they say of their own size is
 * held against what they are. Throws `BadZip`.
 */
export async function openZip(
  files: FileStore,
  { path, bytes }: { path: string; bytes: number },
): Promise<ZipEntry[]> {
  const zip = await inZip(() =>
    yauzl.fromRandomAccessReaderPromise(new BlobReader(files, path, bytes), bytes, {
      // Names are compared and shown, and nothing is ever written by them.
      ...{ decodeStrings: false, validateEntrySizes: true, autoClose: false },
    }),
  );
  if (zip.entryCount > mostEntries) {
    throw new BadZip(`it holds ${zip.entryCount} files`);
  }
  const entries: ZipEntry[] = [];
  let unpacked = 0;
  await inZip(async () => {
    for await (const entry of zip.eachEntry()) {
      unpacked += entry.uncompressedSize;
      entries.push(entryOf(zip, entry));
    }
  });
  if (unpacked > Math.max(leastUnpacked, mostTimes * bytes)) {
    const size = `${Math.round(unpacked / gibibyte)} GB`;
    throw new BadZip(`it would unpack to ${size}, far more than an export of its size`);
  }
  return entries;
}

function entryOf(zip: ZipFile, entry: Entry): ZipEntry {
  return {
    name: entry.fileNameRaw.toString('utf8'),
    bytes: entry.uncompressedSize,
    async *read() {
      if (entry.isEncrypted()) throw new BadZip('it is encrypted');
      const stream = await inZip(() => openStream(zip, entry));
      let sum = 0;
      try {
        for await (const chunk of stream) {
          sum = crc32(chunk, sum);
          yield chunk;
        }
      } catch (error) {
        throw asBadZip(error);
      } finally {
        stream.destroy();
      }
      if (sum !== entry.crc32) throw new BadZip('its checksum is wrong');
    },
  };
}

const openStream = (zip: ZipFile, entry: Entry): Promise<Readable> =>
  zip.openReadStreamPromise(entry);

async function inZip<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asBadZip(error);
  }
}

const asBadZip = (error: unknown): unknown =>
  error instanceof StorageTrouble ? error : new BadZip(messageOf(error));
