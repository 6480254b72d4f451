import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import type { FileStore } from '../connector.ts';

const aheadBytes = 256 * 1024;

/**
 * A stored file as a ZIP library wants to read it. A directory is read in many small steps: so
 * much is fetched at a time, and the last of it remembered.
 */
export class BlobReader extends RandomAccessReader {
  readonly #files: FileStore;
  readonly #path: string;
  readonly #bytes: number;
  #block = { start: 0, content: Buffer.of() };

  constructor(files: FileStore, path: string, bytes: number) {
    super();
    this.#files = files;
    this.#path = path;
    this.#bytes = bytes;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const [files, path] = [this.#files, this.#path];
    async function* content() {
      yield* await files.open(path, { start, end });
    }
    return Readable.from(content(), { objectMode: false });
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
    if (!isHere) await this.#fetch(position, length);
    const from = position - this.#block.start;
    return this.#block.content.subarray(from, from + length);
  }

  async #fetch(position: number, length: number): Promise<void> {
    const end = Math.min(this.#bytes, position + Math.max(length, aheadBytes));
    const chunks: Buffer[] = [];
    for await (const chunk of await this.#files.open(this.#path, {
      start: position,
      end,
    })) {
      chunks.push(Buffer.from(chunk));
    }
    this.#block = { start: position, content: Buffer.concat(chunks) };
  }
}
