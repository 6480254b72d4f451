import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../shared/clock.ts';
import type { FileStore, StateStore } from '../../../shared/connectors/connector.ts';
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
