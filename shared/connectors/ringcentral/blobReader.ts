import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import type { FileStore } from '../connector.ts';

/** The storage did not give what it holds; no fault of what is in it. */
export class StorageTrouble extends Error {
  override name = 'StorageTrouble';
}

const aheadBytes = 256 * 1024;

interface Block {
  start: number;
  content: Buffer;
}

/**
 * A stored file as a ZIP library wants to read it. A directory is read in many small steps: so
 * much is fetched at a time, and the last of it remembered.
 */
export class BlobReader extends RandomAccessReader {
  readonly #files: FileStore;
  readonly #path: string;
  readonly #bytes: number;
  #block: Block = { start: 0, content: Buffer.of() };

  constructor(files: FileStore, path: string, bytes: number) {
    super();
    this.#files = files;
    this.#path = path;
    this.#bytes = bytes;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const [files, path] = [this.#files, this.#path];
    return Readable.from(contentOf(files, path, { start, end }), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    this.#load(position, length).then(
      (content) => {
        content.copy(buffer, offset, 0, length);
        done(content.byteLength < length ? new Error('unexpected EOF') : null);
      },
      (error: Error) => done(error),
    );
  }

  async #load(position: number, length: number): Promise<Buffer> {
    const { start, content } = this.#block;
    const isHere = position >= start && position + length <= start + content.byteLength;
    const block = isHere ? this.#block : await this.#fetch(position, length);
    const from = position - block.start;
    return block.content.subarray(from, from + length);
  }

  async #fetch(position: number, length: number): Promise<Block> {
    const end = Math.min(this.#bytes, position + Math.max(length, aheadBytes));
    const chunks: Buffer[] = [];
    const part = { start: position, end };
    for await (const chunk of contentOf(this.#files, this.#path, part)) {
      chunks.push(chunk);
    }
    this.#block = { start: position, content: Buffer.concat(chunks) };
    return this.#block;
  }
}

async function* contentOf(
  files: FileStore,
  path: string,
  part: { start: number; end: number },
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of await files.open(path, part)) {
      yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    }
  } catch (error) {
    throw new StorageTrouble('A stored export could not be read.', { cause: error });
  }
}
