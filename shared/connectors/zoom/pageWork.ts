import type {
  ConnectorDeps,
  ItemRef,
  NewGap,
  PageRequest,
  PageResult,
  Reject,
  SourceRecord,
} from '../connector.ts';
import type { ZoomClient } from './client.ts';
import type { Directories } from './directory.ts';
import type { Downloads } from './files.ts';
import type { Lane } from './lane.ts';
import type { Slices } from './lastSlice.ts';
import type { MeetingContext } from './meeting.ts';
import type { Origin, ZoomContext } from './records.ts';

/** What all pages of a connector share. */
export interface Source {
  client: ZoomClient;
  deps: ConnectorDeps;
  origin: Origin;
  lane: Lane;
  slices: Slices;
  directories: Directories;
  downloads: Downloads;
  /** Recordings are for the host alone. */
  isForHost: boolean;
}

/** What became of something that was listed. */
export interface Built {
  record?: SourceRecord;
  gaps: NewGap[];
}

/** A page under construction. */
export interface PageWork {
  request: PageRequest;
  /** A meeting's facts, for the records that name it; the fullest win. */
  useMeeting(context: MeetingContext): void;
  /** Zoom says that there are so many more. */
  report(count: number): void;
  itemsLeft(): number;
  /** How many of so many more records there is room for. Never none for an empty page. */
  reserve(count: number): number;
  /** Room that was reserved and is not needed. */
  release(count: number): void;
  add(built: Built): void;
  reject(reject: Reject): void;
  /** Something within a meeting never came, and is not looked for any more. */
  settle(part: ItemRef): void;
  /** A gap is none any more; `gaveUp`: what was missing never came. */
  resolve(object: string, gaveUp: boolean): void;
  /** Something was done: closing the page now does not mean going in circles. */
  touch(): void;
  hasProgress(): boolean;
  /** No more fits on, by items, bytes or time. Never true for a page without progress. */
  isFull(): boolean;
  finish(next: string | undefined): FinishedPage;
}

/** What `finish` gives. */
export type FinishedPage = Extract<PageResult, { kind: 'page' }>;

/** Begins a page. */
export function createPageWork(source: Source, request: PageRequest): PageWork {
  const { limits } = request;
  const page: FinishedPage = {
    ...{ kind: 'page', records: [], rejects: [], context: {}, gaps: [] },
    ...{ resolvedGaps: [], givenUpGaps: [], next: undefined },
  };
  const meetings = new Map<string, MeetingContext>();
  let reserved = 0;
  let bytes = 0;
  let touched = false;

  return {
    request,
    useMeeting(context) {
      const known = meetings.get(context.uuid);
      if (known && (known.attendees?.length ?? 0) >= (context.attendees?.length ?? 0))
        return;
      bytes += sizeOf(context) - (known ? sizeOf(known) : 0);
      meetings.set(context.uuid, context);
    },
    report(count) {
      page.sourceReported = (page.sourceReported ?? 0) + count;
    },
    itemsLeft: () => Math.max(1, limits.items - reserved),
    reserve(count) {
      const room = Math.max(limits.items - reserved, touched || reserved > 0 ? 0 : 1);
      const granted = Math.min(count, room);
      reserved += granted;
      return granted;
    },
    release(count) {
      reserved -= count;
    },
    add({ record, gaps }) {
      touched = true;
      if (record) {
        page.records.push(record);
        bytes += sizeOf(record);
      }
      page.gaps.push(...gaps);
    },
    reject(reject) {
      touched = true;
      page.rejects.push(reject);
    },
    settle({ key, at }) {
      page.settled = [...(page.settled ?? []), { key, at }];
    },
    resolve(object, gaveUp) {
      touched = true;
      page.resolvedGaps.push(object);
      if (gaveUp) page.givenUpGaps.push(object);
    },
    touch: () => {
      touched = true;
    },
    hasProgress: () => touched,
    isFull: () =>
      touched &&
      (reserved >= limits.items ||
        bytes >= limits.bytes ||
        source.deps.clock.now() >= limits.until),
    finish(next) {
      // Answers come in any order; a page doesn't depend on it.
      page.records.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
      const context: ZoomContext = { meetings: Object.fromEntries(meetings) };
      return { ...page, context, next };
    },
  };
}

const placeOf = ({ at, key }: SourceRecord): string => `${at} ${key}`;

const sizeOf = (value: unknown): number => JSON.stringify(value).length;
