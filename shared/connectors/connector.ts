import type { Readable } from 'node:stream';
import { z } from 'zod';
import { type ArchiveItem, itemEvents, storedFileSchema } from '../archive/state/item.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { DropStore } from './dropStore.ts';

/** A half-open span of time, `[from, to)`, UTC. */
export interface Window {
  from: Date;
  to: Date;
}

/**
 * One thing that the source listed, hydrated, as it is kept in `source-pages`.
 * `key`, `at` and `itemId` come from the listing alone, so that a known item costs no download.
 */
export const sourceRecordSchema = z.object({
  /** See `itemKey`. */
  key: z.string(),
  /** The source's own id of the item. */
  itemId: z.string(),
  /** When it happened: ISO 8601, UTC, milliseconds; the same at each reading. */
  at: z.string(),
  event: z.enum(itemEvents),
  /** Key of the item that this one edits, deletes or supplements. */
  changes: z.string().optional(),
  /** The vendor's JSON and whatever else `convert` needs; the connector's own business. */
  raw: z.unknown(),
  files: z.array(storedFileSchema),
  /**
   * Things that are inside this item and could also have come later, as supplements: they are
   * known from now on, under the keys that those would have.
   */
  parts: z.array(z.object({ key: z.string(), at: z.string() })).optional(),
  /** Not archived yet: a gap waits for its content, and only its participants are settled. */
  waiting: z.boolean().optional(),
});
export type SourceRecord = z.infer<typeof sourceRecordSchema>;

/** Something listed that could not even be read as an item; it is logged as failed. */
export const rejectSchema = z.object({
  /** Made with `itemKey`, of whatever identifies it, so that it is reported once. */
  key: z.string(),
  itemId: z.string(),
  at: z.string(),
  /** A sentence that an administrator reads: what is wrong and what to do. */
  reason: z.string(),
});
export type Reject = z.infer<typeof rejectSchema>;

/** Something that a source listed but did not give; tried first in each later run. */
export const newGapSchema = z.object({
  /** Identifies the source object within the connector. */
  object: z.string(),
  itemId: z.string(),
  /** A sentence that an administrator reads. */
  reason: z.string(),
  /** What the connector needs to try again; the connector's own, small (under 30 KB as JSON). */
  retry: z.unknown(),
});
export type NewGap = z.infer<typeof newGapSchema>;

/** A gap that is still open. `expired`: past `GAP_DAYS`, archive it now as far as it is known. */
export interface OpenGap extends NewGap {
  attempts: number;
  firstSeenAt: Date;
  expired: boolean;
}

/** An item of the listing: its key, and when it happened (ISO 8601, UTC). */
export interface ItemRef {
  key: string;
  at: string;
  /** It may be inside another item (`SourceRecord.parts`), so it is not counted as one. */
  isPart?: boolean;
}

/** When a page of ours is full. */
export interface PageLimits {
  /** Most records on a page. */
  items: number;
  /** Most bytes of JSON on a page, about. */
  bytes: number;
  /** When the page must be closed, even if it is short. */
  until: Date;
}

/** What a connector is asked for: one page. */
export interface PageRequest {
  /** `NAME/RUN/N`: where this page is kept, so that a gap's `retry` can point back to it. */
  page: string;
  runId: string;
  /** The window to report on. */
  window: Window;
  /** Where to start reading: `window.from`, or earlier by the overlap. */
  readFrom: Date;
  /** What the page before returned as `next`; undefined for the first page. */
  cursor: string | undefined;
  limits: PageLimits;
  /** All open gaps of the connector, oldest first; the same list on each page of a run. */
  gaps: OpenGap[];
  /**
   * Of what the source listed: which keys have not been seen before, by this run or an earlier
   * one. Call it once for each listed item, in batches, before any hydration; it counts what is
   * available and what is reread.
   */
  sift(listed: ItemRef[]): Promise<Set<string>>;
  /** A record on an earlier page, with that page's context: for gaps that come back. */
  recall(page: string, key: string): Promise<RecalledRecord | undefined>;
}

/** A record of an earlier page, and what it shares with others of that page. */
export interface RecalledRecord {
  record: SourceRecord;
  context: unknown;
}

/** What became of a page. */
export type PageResult =
  | {
      kind: 'page';
      records: SourceRecord[];
      rejects: Reject[];
      /** What several records share (rooms, rosters, people); the connector's own. */
      context: unknown;
      gaps: NewGap[];
      /** `object`s of gaps that are no longer open. */
      resolvedGaps: string[];
      /** Those of them that ended without what was missing; the log of items says so. */
      givenUpGaps: string[];
      /** Known from now on without a record: parts that were given up. */
      settled?: ItemRef[];
      /** Opaque; undefined when this was the last page. */
      next: string | undefined;
      /** How many items the vendor says there are, where it says so. */
      sourceReported?: number;
    }
  /** The vendor wants us to come back later; nothing on this page is kept. */
  | { kind: 'wait'; until: Date }
  /** The source can't be read. `misconfigured`: an administrator has to change something. */
  | { kind: 'failed'; misconfigured: boolean; message: string };

/** Small JSON documents of a connector, kept in the container `state`, by ETag. */
export interface StateStore {
  read<T>(name: string, schema: z.ZodType<T>): Promise<Stored<T> | undefined>;
  /** Writes if nobody wrote in between: `ifMatch` an ETag, or `'absent'`. False if somebody did. */
  write(name: string, value: unknown, ifMatch: string): Promise<boolean>;
}

/** A document, and the ETag under which it may be changed. */
export interface Stored<T> {
  value: T;
  etag: string;
}

/** Where downloaded files go: the container `attachments`. */
export interface FileStore {
  /** Streams `content` to a new blob. Rejects if the stream breaks off; nothing is kept then. */
  put(content: Readable): Promise<{ path: string; bytes: number; sha256: string }>;
  /** A stored file, or a part of it: bytes from `start` to before `end`. Rejects if it's gone. */
  open(path: string, part?: { start: number; end: number }): Promise<Readable>;
  /** Removes a file that no page refers to, if it is still there. */
  remove(path: string): Promise<void>;
}

/** What a connector is given; it has no other way to the outside. */
export interface ConnectorDeps {
  /** The connector's name, as in `CONNECTORS`. */
  name: string;
  state: StateStore;
  files: FileStore;
  /** A container that others put files into, of this name; for sources that have no API. */
  drop(container: string): DropStore;
  clock: Clock;
  fetch: typeof fetch;
  log: Log;
}

/** One vendor, with settings and credentials. */
export interface Connector {
  /**
   * Reads one page: lists first, downloads after. Throws only where trying the whole page again
   * may help; what an administrator has to mend is a result.
   */
  fetchPage(request: PageRequest): Promise<PageResult>;
  /**
   * Turns a record into what becomes an email. Pure: the same input gives the same output.
   * `original` is the item that `record.changes` names, if it was ever archived.
   * Throws if the record can't be read; that item is then logged as failed.
   */
  convert(
    record: SourceRecord,
    context: unknown,
    original: ArchiveItem | undefined,
  ): ArchiveItem;
}

/** A kind of connector: how a vendor plugs into the pipeline. */
export interface ConnectorType {
  type: string;
  /** As it is spelt in the function's name: `RingCentral`. Absent: the type with a capital. */
  spelling?: string;
  /** The mailbox folder, under the Inbox. */
  folder: string;
  /** How far behind the watermark a scheduled run reads again, unless `_OVERLAP_HOURS` says. */
  overlapHours: number;
  /** The source knows people by their chat address (SIP), which the directory may find too. */
  chatAddresses?: boolean;
  /**
   * Where the vendor has several spellings of one person's id: the one that `Person.id` has. What
   * is no id comes back as it is.
   */
  spellPersonId?(id: string): string;
  /**
   * The settings without the connector's prefix (`CLIENT_ID`, not `WEBEX_CLIENT_ID`), each with a
   * description. Values are strings; an absent setting is undefined.
   */
  settings: z.ZodObject;
  /** `settings` is what the schema parsed. */
  create(settings: unknown, deps: ConnectorDeps): Connector;
}
