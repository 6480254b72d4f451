import type { ArchiveItem } from '../../../shared/archive/state/item.ts';
import type {
  Connector,
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

export interface RunOptions {
  window?: Window;
  readFrom?: Date;
  limits?: Partial<Omit<PageLimits, 'until'>> & { ms?: number };
  /** Called before each page. */
  beforePage?: (number: number) => void;
}

export interface RunOutcome {
  pages: Page[];
  /** Pauses that were asked for, and what ended the run if it failed. */
  waits: Date[];
  failed: Extract<PageResult, { kind: 'failed' }> | undefined;
  records: SourceRecord[];
  rejects: Reject[];
  /** What was converted, in the order of pages; waiting records are none. */
  items: ArchiveItem[];
}

interface Kept {
  page: Page;
  path: string;
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
    for (const { key } of [...parts, ...page.rejects]) {
      if (!owners.has(key)) owners.set(key, { path, waiting: false });
    }
    for (const gap of page.gaps) {
      if (!gaps.has(gap.object)) {
        gaps.set(gap.object, { ...gap, firstSeenAt: clock.now(), runId });
      }
    }
    for (const object of page.resolvedGaps) gaps.delete(object);
  }

  function originalOf(connector: Connector, key: string | undefined) {
    const home = key === undefined ? undefined : kept.get(owners.get(key)?.path ?? '');
    const record = home?.page.records.find((one) => one.key === key && !one.waiting);
    return record && connector.convert(record, home?.page.context, undefined);
  }

  function convertAll(connector: Connector, path: string): ArchiveItem[] {
    const page = kept.get(path)?.page;
    const own = page?.records.filter(
      ({ key, waiting }) => !waiting && owners.get(key)?.path === path,
    );
    return (own ?? []).map((record) =>
      connector.convert(record, page?.context, originalOf(connector, record.changes)),
    );
  }

  async function run(connector: Connector, options: RunOptions): Promise<RunOutcome> {
    const runId = `run-${++runs}`;
    const { window = lastDay, limits = {} } = options;
    const outcome: RunOutcome = {
      ...{ pages: [], waits: [], failed: undefined, records: [], rejects: [], items: [] },
    };
    let cursor: string | undefined;
    for (let number = 1; number < 500; ) {
      options.beforePage?.(number);
      const path = `source/${runId}/${number}`;
      const result = await connector.fetchPage({
        ...{ page: path, runId, window, cursor },
        readFrom: options.readFrom ?? window.from,
        limits: {
          items: limits.items ?? 1000,
          bytes: limits.bytes ?? 8_000_000,
          until: new Date(clock.now().getTime() + (limits.ms ?? 180_000)),
        },
        gaps: openGaps(runId),
        sift: async (listed) => {
          const keys = listed.map(({ key }) => key);
          sifted.push(...keys);
          return new Set(keys.filter((key) => !owners.has(key)));
        },
        recall: async (from, key) => {
          const page = kept.get(from)?.page;
          const record = page?.records.find((one) => one.key === key);
          return record && { record, context: page?.context };
        },
      });
      if (result.kind === 'wait') {
        outcome.waits.push(result.until);
        clock.advance(Math.max(0, +result.until - +clock.now()));
        continue;
      }
      if (result.kind === 'failed') return { ...outcome, failed: result };
      const page = structuredClone(result);
      keep(path, runId, page);
      outcome.pages.push(page);
      outcome.records.push(...page.records);
      outcome.rejects.push(...page.rejects);
      outcome.items.push(...convertAll(connector, path));
      cursor = page.next;
      if (cursor === undefined) return outcome;
      number++;
    }
    throw new Error('The run does not end.');
  }

  return { run, gaps, kept, sifted };
}

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
