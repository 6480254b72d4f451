import type {
  ConnectorDeps,
  NewGap,
  OpenGap,
  PageRequest,
  PageResult,
  Reject,
  SourceRecord,
} from '../connector.ts';
import type { SymphonyClient } from './client.ts';
import type { Downloads } from './files.ts';
import type { Directory } from './people.ts';
import type {
  KnownPerson,
  StreamContext,
  StreamInfo,
  SymphonyContext,
} from './records.ts';
import type { Rosters } from './rosters.ts';
import type { createStreamReader } from './streams.ts';

/** What all pages of a connector share. */
export interface Source {
  client: SymphonyClient;
  deps: ConnectorDeps;
  streams: ReturnType<typeof createStreamReader>;
  rosters: Rosters;
  directory: Directory;
  downloads: Downloads;
  organisation: (until: Date | undefined) => Promise<string>;
}

/** A page under construction. */
export interface PageWork {
  request: PageRequest;
  /** Set before anything that needs a key. */
  organisation: string;
  /** Puts a stream into the context, with who is and was in it, and says under which name. */
  useStream(info: StreamInfo): Promise<string>;
  /** Puts a stream as an earlier page knew it into the context. */
  keepStream(name: string, stream: StreamContext): void;
  /** Somebody of whom the context should have a name and an address. */
  mention(id: string, known: KnownPerson): void;
  add(found: { record?: SourceRecord; reject?: Reject; gaps?: NewGap[] }): void;
  /** Something could not be read at all; that alone is no progress. */
  leave(gap: NewGap): void;
  /** Gaps of earlier runs that this page has not ended. */
  openGaps(): OpenGap[];
  /** A gap is none any more; `gaveUp`: what was missing never came. */
  resolve(object: string, gaveUp: boolean): void;
  hasSeen(key: string): boolean;
  /** Something was done: closing the page now does not mean going in circles. */
  touch(): void;
  hasProgress(): boolean;
  /** No more fits on, by items, bytes or time. Never true for a page without progress. */
  isFull(): boolean;
  itemsLeft(): number;
  finish(next: string | undefined): Promise<FinishedPage>;
}

/** A page that can be kept. */
export type FinishedPage = Extract<PageResult, { kind: 'page' }>;

/** Nothing is kept of it before `finish`. */
export function createPageWork(source: Source, request: PageRequest): PageWork {
  const { limits, runId, window } = request;
  const records: SourceRecord[] = [];
  const rejects: Reject[] = [];
  const gaps = new Map<string, NewGap>();
  const resolvedGaps: string[] = [];
  const givenUpGaps: string[] = [];
  const streams = new Map<string, StreamContext>();
  const people = new Map<string, KnownPerson>();
  const seen = new Set<string>();
  let bytes = 0;
  let touched = false;

  const addStream = (name: string, stream: StreamContext) => {
    if (!streams.has(name)) bytes += sizeOf(stream);
    streams.set(name, stream);
  };

  /** Of those of whom neither a roster nor a message tells a name and an address. */
  async function knownPeople(): Promise<SymphonyContext['people']> {
    const told = new Map(people);
    for (const { stays = [] } of streams.values()) {
      for (const { id, name, address } of stays) {
        const known = told.get(id) ?? {};
        told.set(id, { ...(name && { name }), ...(address && { address }), ...known });
      }
    }
    const wanted = [...told].filter(([, { name, address }]) => !name || !address);
    const ids = wanted.map(([id]) => id).sort();
    const found = await source.directory.lookUp(runId, ids);
    const everybody = new Set([...people.keys(), ...found.keys()]);
    return Object.fromEntries(
      [...everybody].sort().map((id) => [id, { ...found.get(id), ...people.get(id) }]),
    );
  }

  const work: PageWork = {
    request,
    organisation: '',
    async useStream(info) {
      const { from: seenSince } = window;
      const query = { runId, info, seenSince, until: limits.until };
      const roster = info.type === 'POST' ? undefined : await source.rosters.get(query);
      const { id, type, name } = info;
      addStream(id, { id, type, ...(name && { name }), ...roster });
      return id;
    },
    keepStream: addStream,
    mention: (id, known) => void people.set(id, { ...people.get(id), ...known }),
    add(found) {
      touched = true;
      if (found.record) {
        records.push(found.record);
        bytes += sizeOf(found.record);
      }
      if (found.reject) rejects.push(found.reject);
      for (const gap of found.gaps ?? []) gaps.set(gap.object, gap);
    },
    leave: (gap) => void gaps.set(gap.object, gap),
    openGaps: () => request.gaps.filter(({ object }) => !resolvedGaps.includes(object)),
    resolve(object, gaveUp) {
      resolvedGaps.push(object);
      if (gaveUp) givenUpGaps.push(object);
    },
    hasSeen(key) {
      const isKnown = seen.has(key);
      seen.add(key);
      return isKnown;
    },
    touch: () => {
      touched = true;
    },
    hasProgress: () => touched,
    isFull: () =>
      touched &&
      (records.length + rejects.length >= limits.items ||
        bytes >= limits.bytes ||
        source.deps.clock.now() >= limits.until),
    itemsLeft: () => limits.items - records.length - rejects.length,
    async finish(next) {
      records.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
      const context: SymphonyContext = {
        organisation: work.organisation,
        streams: Object.fromEntries(streams),
        people: await knownPeople(),
      };
      const closed = { gaps: [...gaps.values()], resolvedGaps, givenUpGaps };
      return { kind: 'page', records, rejects, context, ...closed, next };
    },
  };
  return work;
}

/** Answers come in any order; a page doesn't depend on it. */
const placeOf = ({ at, key }: SourceRecord): string => `${at} ${key}`;

const sizeOf = (value: unknown): number => JSON.stringify(value).length;
