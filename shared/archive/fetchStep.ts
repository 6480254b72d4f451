import type {
  Connector,
  ItemRef,
  OpenGap,
  PageLimits,
  Window,
} from '../connectors/connector.ts';
import type { ItemLog, ItemLogRow } from '../status/itemLog.ts';
import type { RunProgress } from '../status/runProgress.ts';
import { type PageRef, pagePath, parsePagePath } from './runs/runIds.ts';
import type { Gaps } from './state/gaps.ts';
import type { ItemIndex } from './state/itemIndex.ts';
import {
  createPageLoader,
  keepSourcePage,
  readSourcePage,
  type SourcePage,
} from './state/sourcePages.ts';
import type { ArchiveStorage } from './state/storage.ts';

/** Which page to fetch, and from where on. */
export interface FetchInput extends PageRef {
  window: Window;
  readFrom: Date;
  cursor: string | undefined;
}

/** How fetching a page ended; `next` is the cursor of the page after it, if there is one. */
export type FetchAnswer =
  | { kind: 'page'; next: string | undefined }
  | { kind: 'wait'; until: Date }
  | { kind: 'failed'; misconfigured: boolean; message: string };

/** What fetching a page needs. */
export interface FetchDeps {
  storage: ArchiveStorage;
  index: ItemIndex;
  gaps: Gaps;
  progress: RunProgress;
  itemLog: ItemLog;
  now: () => Date;
}

const pageItems = 1000;
/** Large enough to be worth its while where texts are long; several are in memory at a time. */
const pageBytes = 3 * 1024 * 1024;
const pageMs = 3 * 60 * 1000;
const pagesInMind = 2;

/**
 * One page from the source to `source-pages`. A page that is kept already is not fetched again:
 * only what follows from it is made sure of.
 */
export async function fetchStep(
  deps: FetchDeps,
  connector: Connector,
  input: FetchInput,
): Promise<FetchAnswer> {
  const open = await deps.gaps.open(input.connector, input.runId);
  const kept = await readSourcePage(deps.storage, input);
  if (kept) return settlePage(deps, input, kept, open);

  const sifter = createSifter(deps.index, input);
  const result = await connector.fetchPage({
    page: pagePath(input),
    runId: input.runId,
    window: input.window,
    readFrom: input.readFrom,
    cursor: input.cursor,
    limits: pageLimits(deps.now()),
    gaps: open,
    sift: sifter.sift,
    recall: createRecall(deps.storage),
  });
  if (result.kind !== 'page') return result;
  const { kind: _, ...content } = result;
  const page = await keepSourcePage(deps.storage, input, {
    ...content,
    ...sifter.counts,
  });
  return settlePage(deps, input, page, open);
}

const pageLimits = (now: Date): PageLimits => ({
  items: pageItems,
  bytes: pageBytes,
  until: new Date(now.getTime() + pageMs),
});

/** Tells new items from known ones, and counts both. */
function createSifter(index: ItemIndex, input: FetchInput) {
  const counts = { available: 0, reread: 0 };
  const seen = new Set<string>();
  const thisRun = `${input.connector}/${input.runId}/`;

  async function sift(listed: ItemRef[]): Promise<Set<string>> {
    const items = listed.filter((item) => !seen.has(item.key));
    const owners = await index.owners(input.connector, items);
    const fresh = new Set<string>();
    for (const { key, isPart } of items) {
      if (seen.has(key)) continue;
      seen.add(key);
      const owner = owners.get(key);
      if (owner === undefined) fresh.add(key);
      if (isPart || owner?.startsWith(thisRun)) continue;
      counts.available++;
      if (owner !== undefined) counts.reread++;
    }
    return fresh;
  }
  return { counts, sift };
}

/** Gaps come in crowds from few pages: the last ones are remembered. */
function createRecall(storage: ArchiveStorage) {
  const load = createPageLoader(storage, pagesInMind);
  return async function recall(path: string, key: string) {
    const ref = parsePagePath(path);
    const page = ref && (await load(ref));
    const record = page?.records.find((candidate) => candidate.key === key);
    return record && { record, context: page?.context };
  };
}

/** Everything that a kept page entails; each part can be done twice. */
async function settlePage(
  deps: FetchDeps,
  input: FetchInput,
  page: SourcePage,
  open: OpenGap[],
): Promise<FetchAnswer> {
  const { connector, runId } = input;
  const { available, reread, sourceReported } = page;
  // First of all: what is claimed is nobody else's, so the run must not end without this page.
  await deps.progress.page(connector, runId, input.page, {
    available,
    reread,
    ...(sourceReported !== undefined && { sourceReported }),
  });
  await deps.index.claim(connector, pagePath(input), claimsOf(page));
  for (const gap of page.gaps) {
    await deps.gaps.record(connector, runId, input.window, gap);
  }
  await deps.itemLog.write(connector, runId, givenUp(page, open));
  for (const object of page.resolvedGaps) await deps.gaps.resolve(connector, object);
  return { kind: 'page', next: page.next };
}

/** What a page claims in the index: its records with their parts, what it could not read, and what it gave up. */
export function claimsOf(page: Pick<SourcePage, 'records' | 'rejects' | 'settled'>) {
  const claimOf = ({ key, at }: ItemRef) => ({ key, at, waiting: false });
  return [
    ...page.records.map(({ key, at, waiting }) => ({
      key,
      at,
      waiting: waiting ?? false,
    })),
    ...page.records.flatMap(({ parts = [] }) => parts.map(claimOf)),
    ...page.rejects.map(claimOf),
    ...(page.settled ?? []).map(claimOf),
  ];
}

/** Gaps that were tried long enough leave a row for administrators. */
function givenUp(page: SourcePage, open: OpenGap[]): ItemLogRow[] {
  const ended = new Set(page.givenUpGaps);
  return open
    .filter((gap) => ended.has(gap.object))
    .map((gap) => ({
      key: gap.object,
      itemId: gap.itemId,
      outcome: 'partial',
      reason: `${gap.reason} ${triesOf(gap)}`,
    }));
}

/** This run's try is counted only when the run ends. */
function triesOf({ attempts, firstSeenAt }: OpenGap): string {
  const runs = attempts === 0 ? '1 run' : `${attempts + 1} runs`;
  return `It was tried again in ${runs} since ${firstSeenAt.toISOString()} and is not tried any more.`;
}
