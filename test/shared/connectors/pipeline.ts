import type { ArchiveItem } from '../../../shared/archive/state/item.ts';
import type {
  Connector,
  ItemRef,
  NewGap,
  OpenGap,
  PageLimits,
  PageResult,
  Reject,
  SourceRecord,
  Window,
} from '../../../shared/connectors/connector.ts';
import type { FakeClock } from './fakes.ts';

export const now = new Date('2026-03-10T12:00:00.000Z');
export const minutesAgo = (minutes: number): Date =>
  new Date(now.getTime() - minutes * 60_000);
export const lastDay: Window = { from: minutesAgo(24 * 60), to: now };

type Page = Extract<PageResult, { kind: 'page' }>;
const gapDays = 7;
const mostPages = 500;
const mostWaits = 500;

export interface RunOptions {
  window?: Window;
  readFrom?: Date;
  limits?: Partial<Omit<PageLimits, 'until'>> & { ms?: number };
  /** Called before each page. */
  beforePage?: (number: number) => void;
  /** The first answer for each page is lost, as with a process that dies before it is kept. */
  losesAnswers?: boolean;
  /** The run is abandoned after so many pages. */
  pages?: number;
  /** Gets what each page became, as soon as the page is kept. */
  onItems?: (items: ArchiveItem[]) => Promise<void>;
  /** Gets what can't be converted, as the archive logs it; without this it ends the run. */
  onUnconverted?: (record: SourceRecord, error: unknown) => void;
}

export interface RunOutcome {
  pages: Page[];
  /** Pauses that were asked for, and what ended the run if it failed. */
  waits: Date[];
  failed: Extract<PageResult, { kind: 'failed' }> | undefined;
  records: SourceRecord[];
  rejects: Reject[];
  /** Listed items, and those of them that an earlier run had seen. */
  available: number;
  reread: number;
  /** What was converted, in the order of pages; waiting records are none. */
  items: ArchiveItem[];
}

interface Kept {
  page: Page;
  path: string;
}

/** A connector of which another process can take over at any moment. */
export function restartable(create: () => Connector) {
  let current = create();
  const connector: Connector = {
    fetchPage: (request) => current.fetchPage(request),
    convert: (...given) => current.convert(...given),
  };
  return {
    connector,
    restart: () => {
      current = create();
    },
  };
}

/** What `shared/archive` does around a connector, in memory. */
export function createPipeline(clock: FakeClock) {
  const kept = new Map<string, Kept>();
  const owners = new Map<string, { path: string; waiting: boolean }>();
  const gaps = new Map<string, NewGap & { firstSeenAt: Date; runId: string }>();
  const attempts = new Map<string, number>();
  const sifted: string[] = [];
  let runs = 0;

  const openGaps = (runId: string): OpenGap[] =>
    [...gaps.values()]
      .filter((gap) => gap.runId !== runId)
      .map((gap) => ({
        ...gap,
        attempts: attempts.get(gap.object) ?? 0,
        expired: clock.now().getTime() - +gap.firstSeenAt >= gapDays * 86_400_000,
      }));

  function keep(path: string, runId: string, page: Page): void {
    kept.set(path, { page, path });
    for (const { key, waiting = false } of page.records) {
      const owner = owners.get(key);
      if (!owner || (owner.waiting && !waiting)) owners.set(key, { path, waiting });
    }
    const parts = page.records.flatMap((record) => record.parts ?? []);
    for (const { key } of [...parts, ...page.rejects, ...(page.settled ?? [])]) {
      if (!owners.has(key)) owners.set(key, { path, waiting: false });
    }
    for (const gap of page.gaps) {
      const known = gaps.get(gap.object);
      const { firstSeenAt = clock.now(), runId: first = runId } = known ?? {};
      gaps.set(gap.object, { ...gap, firstSeenAt, runId: first });
    }
    for (const object of page.resolvedGaps) gaps.delete(object);
  }

  function originalOf(connector: Connector, key: string | undefined) {
    const home = key === undefined ? undefined : kept.get(owners.get(key)?.path ?? '');
    const record = home?.page.records.find((one) => one.key === key && !one.waiting);
    return record && connector.convert(record, home?.page.context, undefined);
  }

  function convertAll(
    connector: Connector,
    path: string,
    { onUnconverted }: RunOptions,
  ): ArchiveItem[] {
    const page = kept.get(path)?.page;
    const own = page?.records.filter(
      ({ key, waiting }) => !waiting && owners.get(key)?.path === path,
    );
    const convert = (record: SourceRecord, original: ArchiveItem | undefined) =>
      connector.convert(record, page?.context, original);
    return (own ?? []).flatMap((record) => {
      if (!onUnconverted) return convert(record, originalOf(connector, record.changes));
      try {
        const original = attempt(() => originalOf(connector, record.changes));
        return convert(record, original);
      } catch (error) {
        onUnconverted(record, error);
        return [];
      }
    });
  }

  /** Counts as the archive does: what this run has seen before is not counted again. */
  function createSifter(runId: string) {
    const counts = { available: 0, reread: 0 };
    const seen = new Set<string>();
    async function sift(listed: ItemRef[]): Promise<Set<string>> {
      const fresh = new Set<string>();
      for (const { key, isPart } of listed) {
        sifted.push(key);
        if (seen.has(key)) continue;
        seen.add(key);
        const owner = owners.get(key)?.path;
        if (owner === undefined) fresh.add(key);
        if (isPart || owner?.startsWith(`source/${runId}/`)) continue;
        counts.available++;
        if (owner !== undefined) counts.reread++;
      }
      return fresh;
    }
    return { counts, sift };
  }

  async function recall(from: string, key: string) {
    const page = kept.get(from)?.page;
    const record = page?.records.find((one) => one.key === key);
    return record && { record, context: page?.context };
  }

  const limitsOf = ({ limits = {} }: RunOptions): PageLimits => ({
    items: limits.items ?? 1000,
    bytes: limits.bytes ?? 8_000_000,
    until: new Date(clock.now().getTime() + (limits.ms ?? 180_000)),
  });

  async function run(connector: Connector, options: RunOptions): Promise<RunOutcome> {
    const runId = `run-${++runs}`;
    const { window = lastDay, readFrom = window.from } = options;
    const outcome: RunOutcome = {
      ...{ pages: [], waits: [], failed: undefined, records: [], rejects: [], items: [] },
      ...{ available: 0, reread: 0 },
    };
    let cursor: string | undefined;
    let lost = 0;
    for (let number = 1; number < mostPages && outcome.waits.length < mostWaits; ) {
      options.beforePage?.(number);
      const path = `source/${runId}/${number}`;
      const { counts, sift } = createSifter(runId);
      const result = await connector.fetchPage({
        ...{ page: path, runId, window, readFrom, cursor, sift, recall },
        limits: limitsOf(options),
        gaps: openGaps(runId),
      });
      if (result.kind === 'wait') {
        outcome.waits.push(result.until);
        clock.advance(Math.max(0, +result.until - +clock.now()));
        continue;
      }
      if (result.kind === 'failed') return { ...outcome, failed: result };
      if (options.losesAnswers && lost < number) {
        lost = number;
        continue;
      }
      const page = throughJson(result);
      keep(path, runId, page);
      outcome.pages.push(page);
      outcome.records.push(...page.records);
      outcome.rejects.push(...page.rejects);
      outcome.available += counts.available;
      outcome.reread += counts.reread;
      const items = convertAll(connector, path, options);
      outcome.items.push(...items);
      await options.onItems?.(items);
      cursor = page.next;
      if (cursor === undefined || number === options.pages) return outcome;
      number++;
    }
    throw new Error('The run does not end.');
  }

  return { run, gaps, kept, sifted };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Pages are kept as JSON: what does not survive that is not there afterwards. */
const throughJson = (page: Page): Page => JSON.parse(JSON.stringify(page));

export const addressesOf = ({ participants }: ArchiveItem): string[] =>
  participants.map(({ address, id }) => address ?? id).sort();

/** The item by its text, as a reader would look for it. */
export function itemSaying(items: ArchiveItem[], text: string): ArchiveItem {
  const found = items.filter((item) => item.text === text);
  if (found.length !== 1 || !found[0]) {
    throw new Error(`${found.length} items say "${text}".`);
  }
  return found[0];
}
