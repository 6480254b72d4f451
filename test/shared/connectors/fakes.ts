import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../shared/clock.ts';
import type { FileStore, StateStore } from '../../../shared/connectors/connector.ts';
import {
  DropChanged,
  type DropFile,
  type DropRef,
  type DropStore,
} from '../../../shared/connectors/dropStore.ts';
import type { Log } from '../../../shared/log.ts';

export interface FakeClock extends Clock {
  /** Every wait that was asked for, in milliseconds. */
  slept: number[];
  advance(ms: number): void;
}

/** A clock that stands still, but that a sleep moves on at once; sleeps overlap. */
export function createFakeClock(start: string | Date): FakeClock {
  let time = new Date(start).getTime();
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(time),
    advance: (ms) => {
      time += ms;
    },
    sleep: async (ms) => {
      slept.push(ms);
      const end = time + ms;
      await setImmediate();
      time = Math.max(time, end);
    },
  };
}

export interface FakeState extends StateStore {
  documents: Map<string, { value: unknown; etag: string }>;
  /** How many of the next writes fail, as a storage might. */
  failWrites: number;
}

export function createFakeState(): FakeState {
  const documents: FakeState['documents'] = new Map();
  let turns = 0;
  const state: FakeState = {
    documents,
    failWrites: 0,
    async read(name, schema) {
      const kept = documents.get(name);
      return (
        kept && { value: schema.parse(structuredClone(kept.value)), etag: kept.etag }
      );
    },
    async write(name, value, ifMatch) {
      if (state.failWrites > 0) {
        state.failWrites -= 1;
        throw new Error('The storage is not there.');
      }
      if ((documents.get(name)?.etag ?? 'absent') !== ifMatch) return false;
      turns += 1;
      const etag = `"${turns}"`;
      documents.set(name, { value: JSON.parse(JSON.stringify(value)), etag });
      return true;
    },
  };
  return state;
}

export interface FakeFiles extends FileStore {
  contents: Map<string, Buffer>;
}

export function createFakeFiles(): FakeFiles {
  const contents = new Map<string, Buffer>();
  let stored = 0;
  return {
    contents,
    async put(content: Readable) {
      const chunks: Buffer[] = [];
      for await (const chunk of content) chunks.push(Buffer.from(chunk));
      const whole = Buffer.concat(chunks);
      const path = `attachments/${++stored}`;
      contents.set(path, whole);
      const sha256 = createHash('sha256').update(whole).digest('hex');
      return { path, bytes: whole.byteLength, sha256 };
    },
    async open(path, part) {
      const whole = contents.get(path);
      if (!whole) throw new Error('The file is gone.');
      return Readable.from([whole.subarray(part?.start, part?.end)]);
    },
    async remove(path) {
      contents.delete(path);
    },
  };
}

export interface FakeLog extends Log {
  lines: string[];
}

export function createFakeLog(): FakeLog {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  return { lines, info: write, warn: write, error: write };
}

interface Dropped {
  file: DropFile;
  content: Buffer;
}

export interface FakeDrop extends DropStore {
  /** Puts a file there, or another one in its place. */
  put(path: string, content: string | Buffer, modifiedAt?: Date): void;
  remove(path: string): void;
  has(path: string): boolean;
  markOf(path: string): string | undefined;
  /** Why a file lies in `rejected/`, by its path there. */
  rejected: Map<string, string>;
  /** Which files were opened, in order. */
  opened: string[];
}

const filesPerPage = 5;

/** A drop container in memory; its lists have pages of a few files. */
export function createFakeDrop(chunkBytes = 1000): FakeDrop {
  const dropped = new Map<string, Dropped>();
  const rejected: FakeDrop['rejected'] = new Map();
  const opened: string[] = [];
  let turns = 0;
  const current = ({ path, etag }: DropRef): Dropped | undefined => {
    const found = dropped.get(path);
    return found?.file.etag === etag ? found : undefined;
  };
  const change = (one: Dropped, file: Partial<DropFile>) =>
    dropped.set(one.file.path, {
      ...one,
      file: { ...one.file, ...file, etag: `"${++turns}"` },
    });
  return {
    rejected,
    opened,
    put(path, content, modifiedAt = new Date('2026-03-10T11:00:00Z')) {
      const bytes = Buffer.from(content);
      const file = {
        ...{ path, etag: '', bytes: bytes.length, modifiedAt, mark: undefined },
        contentType: 'application/octet-stream',
      };
      change({ file, content: bytes }, {});
    },
    remove: (path) => void dropped.delete(path),
    has: (path) => dropped.has(path),
    markOf: (path) => dropped.get(path)?.file.mark,
    async list(prefix, from = '') {
      const all = [...dropped.values()]
        .map(({ file }) => file)
        .filter(({ path }) => path.startsWith(prefix) && path > from)
        .sort((a, b) => (a.path < b.path ? -1 : 1));
      const files = all.slice(0, filesPerPage);
      return { files, next: all.length > files.length ? files.at(-1)?.path : undefined };
    },
    top: async () => [
      ...new Set([...dropped.keys()].map((path) => path.replace(/\/.*/s, '/'))),
    ],
    find: async (path) => dropped.get(path)?.file,
    async open(file, start = 0) {
      opened.push(file.path);
      const found = current(file);
      if (!found) throw new DropChanged('Another file lies there.');
      const { content } = found;
      async function* chunks() {
        for (let at = start; at < content.length; at += chunkBytes) {
          yield content.subarray(at, at + chunkBytes);
        }
      }
      return Readable.from(chunks(), { objectMode: false });
    },
    async mark(file, mark) {
      const found = current(file);
      if (found) change(found, { mark });
      return found !== undefined;
    },
    async reject(file, reason) {
      const found = current(file);
      if (!found) return;
      dropped.delete(file.path);
      rejected.set(`rejected/${file.path}`, reason);
    },
  };
}
