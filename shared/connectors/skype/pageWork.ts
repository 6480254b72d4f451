import type { Clock } from '../../clock.ts';
import type {
  ItemRef,
  NewGap,
  OpenGap,
  PageRequest,
  PageResult,
  Reject,
  SourceRecord,
} from '../connector.ts';
import type { DropFile, DropRef } from '../dropStore.ts';
import { keys, type SkypeContext } from './records.ts';
import { createRoomsOfPage, type RoomsOfPage } from './roomsOfPage.ts';
import type { Rosters } from './rosters.ts';
import type { Settling } from './settling.ts';

export type FinishedPage = Extract<PageResult, { kind: 'page' }>;

/** A page under construction. */
export interface PageWork {
  request: PageRequest;
  rooms: RoomsOfPage;
  /** Tells, of what was read, what nobody has seen before; each item is asked for once. */
  freshOf<T extends ItemRef>(items: T[]): Promise<T[]>;
  add(found: { record?: SourceRecord; reject?: Reject; gaps?: NewGap[] }): void;
  /** All of the file is archived with this page. */
  take(file: DropRef): void;
  /** Nobody can read the file: it is logged, and moved out of the way. */
  reject(file: DropFile, reason: string): Promise<void>;
  /** A gap that an earlier run left. */
  gap(object: string): OpenGap | undefined;
  resolve(object: string, gaveUp: boolean): void;
  touch(): void;
  /** No more fits on, by items, bytes or time. Never true for a page without progress. */
  isFull(): boolean;
  itemsLeft(): number;
  settling(): Settling | undefined;
  finish(next: string | undefined): FinishedPage;
}

export const fileGap = (path: string): string => `file:${path}`;

export function createPageWork(
  clock: Clock,
  rosters: Rosters,
  request: PageRequest,
): PageWork {
  const { limits } = request;
  const records: SourceRecord[] = [];
  const rejects: Reject[] = [];
  const gaps: NewGap[] = [];
  const closed = { resolvedGaps: [] as string[], givenUpGaps: [] as string[] };
  const settling: Settling = { page: request.page, taken: [], rejected: [] };
  const open = new Map(request.gaps.map((gap) => [gap.object, gap]));
  const seen = new Set<string>();
  const rooms = createRoomsOfPage(rosters);
  let bytes = 0;
  let touched = false;

  async function freshOf<T extends ItemRef>(items: T[]): Promise<T[]> {
    const once = items.filter(({ key }) => {
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    });
    if (once.length === 0) return [];
    const fresh = await request.sift(once.map(({ key, at }) => ({ key, at })));
    return once.filter(({ key }) => fresh.has(key));
  }

  return {
    request,
    rooms,
    freshOf,
    add(found) {
      touched = true;
      if (found.record) {
        records.push(found.record);
        bytes += JSON.stringify(found.record).length;
      }
      if (found.reject) rejects.push(found.reject);
      gaps.push(...(found.gaps ?? []));
    },
    take({ path, etag }) {
      touched = true;
      settling.taken.push({ path, etag });
    },
    async reject({ path, etag, modifiedAt }, reason) {
      touched = true;
      const key = keys.rejected(path, etag);
      const at = modifiedAt.toISOString();
      const sentence = `${reason} The file was moved to rejected/: put a whole one in its place.`;
      const [fresh] = await freshOf([{ key, at }]);
      if (fresh) rejects.push({ key, itemId: path, at, reason: sentence });
      settling.rejected.push({ path, etag, reason });
    },
    gap: (object) => open.get(object),
    resolve(object, gaveUp) {
      touched = true;
      closed.resolvedGaps.push(object);
      if (gaveUp) closed.givenUpGaps.push(object);
    },
    touch: () => {
      touched = true;
    },
    isFull: () =>
      touched &&
      (records.length + rejects.length >= limits.items ||
        bytes + rooms.bytes() >= limits.bytes ||
        settling.taken.length + settling.rejected.length >= limits.items ||
        clock.now() >= limits.until),
    itemsLeft: () => limits.items - records.length - rejects.length,
    settling: () =>
      settling.taken.length + settling.rejected.length > 0 ? settling : undefined,
    finish(next) {
      const context: SkypeContext = { rooms: rooms.context() };
      return { kind: 'page', records, rejects, context, gaps, ...closed, next };
    },
  };
}
