import type { Readable } from 'node:stream';

/** A file that lies in a drop container. */
export interface DropFile {
  path: string;
  etag: string;
  bytes: number;
  modifiedAt: Date;
  contentType: string;
  /** What this connector wrote on it; gone as soon as the file is replaced. */
  mark: string | undefined;
}

export type DropRef = Pick<DropFile, 'path' | 'etag'>;

export interface DropPage {
  files: DropFile[];
  /** Where the page after this one begins; undefined after the last one. */
  next: string | undefined;
}

/**
 * A container that others put files into. A file is there when it is complete. What concerns one
 * file alone fails as `DropRefused`; anything else that is thrown is the storage's trouble.
 */
export interface DropStore {
  /** Some thousands of the files below a prefix, in the order of their paths. */
  list(prefix: string, from: string | undefined): Promise<DropPage>;
  /** What lies at the top: folders, with their `/`, and files; some thousands. */
  top(): Promise<string[]>;
  find(path: string): Promise<DropFile | undefined>;
  /** Bytes from `start` on. Throws `DropChanged` if this is not the file there any more. */
  open(file: DropRef, start?: number): Promise<Readable>;
  /** Writes a word on this very file. False if it was replaced or removed meanwhile. */
  mark(file: DropRef, mark: string): Promise<boolean>;
  /**
   * Moves this very file to `rejected/`, with the reason in its metadata. Doing it twice changes
   * nothing; a file that was replaced stays where it is.
   */
  reject(file: DropRef, reason: string): Promise<void>;
}

/** The storage has a file and does not give it: archived, leased, under a policy. A sentence. */
export class DropRefused extends Error {
  override name = 'DropRefused';
}

/** A file was replaced or removed while it was being read: what there is now is another one. */
export class DropChanged extends Error {
  override name = 'DropChanged';
}
