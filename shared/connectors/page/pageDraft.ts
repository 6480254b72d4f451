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

/** A page that can be kept. */
export type FinishedPage = Extract<PageResult, { kind: 'page' }>;

/** What became of something that was listed. */
export interface Found {
  record?: SourceRecord;
  reject?: Reject;
  gaps?: NewGap[];
}

/** A page under construction. Nothing is kept of it before it is closed. */
export interface PageDraft {
  request: PageRequest;
  /** Those that this page has not looked at before. */
  once<T extends ItemRef>(items: T[]): T[];
  /** Those of them that no other page has seen either; each is counted as listed. */
  freshOf<T extends ItemRef>(items: T[]): Promise<T[]>;
  add(found: Found): void;
  /** Something could not be read at all; that alone is no progress. The last word on a gap counts. */
  leave(gap: NewGap): void;
  /** A gap is none any more; `gaveUp`: what was missing never came. */
  resolve(object: string, gaveUp: boolean): void;
  /** Gaps of earlier runs that this page has not ended. */
  openGaps(): OpenGap[];
  /** The page's context has grown by so many bytes of JSON. */
  weigh(bytes: number): void;
  /** Something was done: closing the page now does not mean going in circles. */
  touch(): void;
  hasProgress(): boolean;
  /** No more fits on, by items, bytes or time. Never true for a page without progress. */
  isFull(): boolean;
  itemsLeft(): number;
  /** `next`: the cursor of the page that follows. */
  close(context: unknown, next: string | undefined): FinishedPage;
}

/** An empty page. */
export function createPageDraft(request: PageRequest, clock: Clock): PageDraft {
  const { limits } = request;
  const records: SourceRecord[] = [];
  const rejects: Reject[] = [];
  const gaps = new Map<string, NewGap>();
  /** Objects of gaps that ended, and whether they were given up. */
  const ended = new Map<string, boolean>();
  /** Keys that were looked at, with their turns. */
  const seen = new Map<string, number>();
  let bytes = 0;
  let touched = false;

  const itemsLeft = () => limits.items - records.length - rejects.length;

  function leave(gap: NewGap): void {
    gaps.set(gap.object, gap);
    ended.delete(gap.object);
  }

  function once<T extends ItemRef>(items: T[]): T[] {
    return items.filter(({ key }) => {
      const isNew = !seen.has(key);
      if (isNew) seen.set(key, seen.size);
      return isNew;
    });
  }

  return {
    request,
    once,
    async freshOf(items) {
      const asked = once(items);
      if (asked.length === 0) return [];
      const fresh = await request.sift(asked.map(({ key, at }) => ({ key, at })));
      return asked.filter(({ key }) => fresh.has(key));
    },
    add(found) {
      touched = true;
      if (found.record) {
        records.push(found.record);
        bytes += sizeOf(found.record);
      }
      if (found.reject) rejects.push(found.reject);
      found.gaps?.forEach(leave);
    },
    leave,
    resolve(object, gaveUp) {
      touched = true;
      ended.set(object, gaveUp);
      gaps.delete(object);
    },
    openGaps: () => request.gaps.filter(({ object }) => !ended.has(object)),
    weigh(more) {
      bytes += more;
    },
    touch() {
      touched = true;
    },
    hasProgress: () => touched,
    isFull: () =>
      touched &&
      (itemsLeft() <= 0 || bytes >= limits.bytes || clock.now() >= limits.until),
    itemsLeft,
    close(context, next) {
      // Answers come in any order; a page doesn't depend on it.
      const turnOf = ({ key }: SourceRecord) => seen.get(key) ?? 0;
      records.sort((a, b) => byTime(a, b) || turnOf(a) - turnOf(b) || byKey(a, b));
      const resolvedGaps = [...ended.keys()];
      const givenUpGaps = resolvedGaps.filter((object) => ended.get(object));
      const closed = { gaps: [...gaps.values()], resolvedGaps, givenUpGaps };
      return { kind: 'page', records, rejects, context, ...closed, next };
    },
  };
}

/** What changes something stands behind it, also within one millisecond. */
const byTime = (a: SourceRecord, b: SourceRecord): number =>
  compare(a.at, b.at) || Number(a.event !== 'created') - Number(b.event !== 'created');

const byKey = (a: SourceRecord, b: SourceRecord): number => compare(a.key, b.key);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Bytes of JSON, about. */
export const sizeOf = (value: unknown): number => JSON.stringify(value).length;
