import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import {
  type ConvertDeps,
  convertLimits,
  convertStep,
} from '../../../shared/archive/convertStep.ts';
import { createDeliverQueue } from '../../../shared/archive/deliverQueue.ts';
import { deliverStep } from '../../../shared/archive/deliverStep.ts';
import { type FetchInput, fetchStep } from '../../../shared/archive/fetchStep.ts';
import { recordOrder } from '../../../shared/archive/import/recordOrder.ts';
import { beginRun, closeWindow } from '../../../shared/archive/runs/runSteps.ts';
import { settleRun } from '../../../shared/archive/runs/settleRun.ts';
import { readJson } from '../../../shared/archive/state/blobs.ts';
import { createEmailStore } from '../../../shared/archive/state/emailStore.ts';
import { createGaps } from '../../../shared/archive/state/gaps.ts';
import type { ArchiveItem } from '../../../shared/archive/state/item.ts';
import { createItemIndex } from '../../../shared/archive/state/itemIndex.ts';
import { readManifest } from '../../../shared/archive/state/manifests.ts';
import { orderSchema } from '../../../shared/archive/state/order.ts';
import {
  type ArchiveStorage,
  openStorage,
  provisionStorage,
} from '../../../shared/archive/state/storage.ts';
import { sweep } from '../../../shared/archive/sweep/sweep.ts';
import type {
  Connector,
  PageRequest,
  PageResult,
  SourceRecord,
} from '../../../shared/connectors/connector.ts';
import { createUserMappings } from '../../../shared/directory/userMappings.ts';
import { silentLog } from '../../../shared/log.ts';
import { containers, queues, tables } from '../../../shared/names.ts';
import { createConnectorStatuses } from '../../../shared/status/connectorStatus.ts';
import { createItemLog } from '../../../shared/status/itemLog.ts';
import { createRunLog } from '../../../shared/status/runLog.ts';
import { createRunProgress } from '../../../shared/status/runProgress.ts';

let azurite: Azurite;
let storage: ArchiveStorage;
let clock: Date;
const now = () => clock;

beforeAll(async () => {
  azurite = await startAzurite();
  storage = await openStorage({ connectionString: azurite.connectionString });
  await provisionStorage(storage);
});
afterAll(() => azurite.close());

let connectorName = '';
let runs = 0;
beforeEach(() => {
  connectorName = `test-${++runs}`;
  clock = new Date('2026-11-20T12:00:00Z');
});

const window = {
  from: new Date('2026-11-20T00:00:00Z'),
  to: new Date('2026-11-20T12:00:00Z'),
};
const runId = '20261120T120000Z-0001';
const laterRunId = '20261120T130000Z-0002';

/** Everything that the steps need, on Azurite. */
function createDeps() {
  const progress = createRunProgress(storage.table(tables.runProgress));
  return {
    ...{ storage, now, progress, log: silentLog },
    index: createItemIndex(storage.table(tables.itemIndex)),
    gaps: createGaps(storage.table(tables.gaps), 7, now),
    itemLog: createItemLog(storage.table(tables.itemLog), now),
    runLog: createRunLog(storage.table(tables.runLog)),
    statuses: createConnectorStatuses(storage.table(tables.connectorStatus)),
    emails: createEmailStore(storage),
    deliver: createDeliverQueue(storage.queue(queues.deliverEmails)),
    deadlineMs: 60_000,
    unmappedMailbox: undefined,
    mappings: createUserMappings({
      config: storage.container(containers.config),
      state: storage.container(containers.state),
      spellingOf: () => (id) => id,
      report: async () => {},
    }),
    directory: {
      internalDomains: async () => new Set(['example.com']),
      resolve: async (addresses: Iterable<string>) =>
        new Map(
          [...addresses]
            .filter((address) => address.startsWith('ada@'))
            .map((address) => [address, { id: 'mbx-ada', address }]),
        ),
    },
    compose: ((item: ArchiveItem) =>
      Readable.from([
        Buffer.from(`${item.key}\r\n${item.text}`),
      ])) satisfies ConvertDeps['compose'],
  };
}
type Deps = ReturnType<typeof createDeps>;

const keyOf = (n: number) => n.toString(16).padStart(64, '0');

const recordOf = (n: number, change: Partial<SourceRecord> = {}): SourceRecord => ({
  key: keyOf(n),
  itemId: `item-${n}`,
  at: new Date(window.from.getTime() + n * 1000).toISOString(),
  event: 'created',
  raw: { text: `text ${n}` },
  files: [],
  ...change,
});

const pageOf = (
  records: SourceRecord[],
  change: Partial<Extract<PageResult, { kind: 'page' }>> = {},
): PageResult => ({
  ...{ kind: 'page', records, rejects: [], context: {}, gaps: [] },
  ...{ resolvedGaps: [], givenUpGaps: [], next: undefined },
  ...change,
});

/** A source whose pages are what a test says; it takes what is new, as a connector does. */
function sourceOf(
  answer: (request: PageRequest) => PageResult | Promise<PageResult>,
): Connector & { fetches: number } {
  const source = {
    fetches: 0,
    async fetchPage(request: PageRequest) {
      source.fetches++;
      const result = await answer(request);
      if (result.kind !== 'page') return result;
      const fresh = await request.sift(result.records.filter(({ waiting }) => !waiting));
      const records = result.records.filter(
        (record) => record.waiting || fresh.has(record.key),
      );
      return { ...result, records };
    },
    convert(
      record: SourceRecord,
      _context: unknown,
      original?: ArchiveItem,
    ): ArchiveItem {
      const { text } = record.raw as { text?: string };
      if (text === undefined) throw new Error('There is no text.');
      const ada = { id: 'ada', address: 'ada@example.com' };
      return {
        ...{ key: record.key, itemId: record.itemId, event: record.event },
        at: new Date(record.at),
        conversation: { id: 'room', name: 'Room' },
        author: ada,
        participants: [ada, { id: 'eve', address: 'eve@elsewhere.org' }],
        text: original ? `${text} instead of ${original.text}` : text,
        files: [],
        missing: [],
      };
    },
  };
  return source;
}

const inputFor = (page: number, run = runId): FetchInput => ({
  ...{ connector: connectorName, runId: run, page, window },
  ...{ readFrom: window.from, cursor: undefined },
});

const convert = (deps: Deps, connector: Connector, page: number, run = runId) =>
  convertStep(
    { ...deps, limits: convertLimits() },
    connector,
    { connector: connectorName, source: 'test' },
    { connector: connectorName, runId: run, page },
  );

const target = { folder: 'Test', users: undefined };

async function emailText(key: string): Promise<string> {
  const path = `${connectorName}/${key.slice(0, 2)}/${key}.eml`;
  const blob = storage.container(containers.emails).getBlobClient(path);
  return (await blob.downloadToBuffer()).toString();
}

const manifestOf = (page: number, run = runId) =>
  readManifest(storage, { connector: connectorName, runId: run, page });

describe('fetching a page', () => {
  it('keeps the page and does not ask the source twice', async () => {
    const deps = createDeps();
    const source = sourceOf(() => pageOf([recordOf(1)], { next: 'more' }));
    const first = await fetchStep(deps, source, inputFor(0));
    const second = await fetchStep(deps, source, inputFor(0));
    expect(first).toEqual({ kind: 'page', next: 'more' });
    expect(second).toEqual(first);
    expect(source.fetches).toBe(1);
  });

  it('counts what is available and what an earlier run archived', async () => {
    const deps = createDeps();
    const first = sourceOf(() => pageOf([recordOf(1), recordOf(2)]));
    await fetchStep(deps, first, inputFor(0));
    const second = sourceOf(() => pageOf([recordOf(2), recordOf(3), recordOf(3)]));
    await fetchStep(deps, second, inputFor(0, laterRunId));
    expect(await deps.progress.read(connectorName, laterRunId)).toMatchObject({
      availableFromSource: 2,
      reread: 1,
    });
  });

  it('counts an item once that two pages of a run list', async () => {
    const deps = createDeps();
    const source = sourceOf(() => pageOf([recordOf(1)]));
    await fetchStep(deps, source, inputFor(0));
    await fetchStep(deps, source, inputFor(1));
    const totals = await deps.progress.read(connectorName, runId);
    expect(totals).toMatchObject({ availableFromSource: 1, reread: 0 });
  });

  it('knows the parts of what it archived or gave up, and counts none of them', async () => {
    const deps = createDeps();
    const { key, at } = recordOf(2);
    const settled = [{ key: keyOf(4), at: recordOf(4).at }];
    const whole = sourceOf(() =>
      pageOf([recordOf(1, { parts: [{ key, at }] })], { settled }),
    );
    await fetchStep(deps, whole, inputFor(0));
    const parts = [2, 3, 4].map((n) => ({ ...recordOf(n), isPart: true }));
    let fresh = new Set<string>();
    const later = sourceOf(async (request) => {
      fresh = await request.sift(parts);
      return pageOf([]);
    });
    await fetchStep(deps, later, inputFor(0, laterRunId));
    expect([...fresh]).toEqual([keyOf(3)]);
    const totals = await deps.progress.read(connectorName, laterRunId);
    expect(totals).toMatchObject({ availableFromSource: 0, reread: 0 });
  });

  it('keeps nothing when the vendor wants us to come back later', async () => {
    const deps = createDeps();
    const until = new Date('2026-11-20T12:10:00Z');
    const waiting = sourceOf(() => ({ kind: 'wait', until }));
    expect(await fetchStep(deps, waiting, inputFor(0))).toEqual({ kind: 'wait', until });
    const source = sourceOf(() => pageOf([recordOf(1)]));
    await fetchStep(deps, source, inputFor(0));
    expect(source.fetches).toBe(1);
  });

  it('looks up a page of known items in a few storage calls', async () => {
    const deps = createDeps();
    const many = Array.from({ length: 600 }, (_, n) => recordOf(n + 1));
    await fetchStep(
      deps,
      sourceOf(() => pageOf(many)),
      inputFor(0),
    );
    let calls = 0;
    const table = storage.table(tables.itemIndex);
    const counted = new Proxy(table, {
      get(target, name, receiver) {
        const value = Reflect.get(target, name, receiver);
        if (typeof value === 'function') calls++;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const owners = await createItemIndex(counted).owners(connectorName, many);
    expect(owners.size).toBe(600);
    expect(calls).toBeLessThanOrEqual(2);
  });
});

describe('gaps', () => {
  const gap = {
    object: 'file-1',
    itemId: 'item-1',
    reason: 'It is locked.',
    retry: { n: 1 },
  };

  it('are handed to later runs, not to the run that found them', async () => {
    const deps = createDeps();
    const seen: number[] = [];
    const source = sourceOf((request) => {
      seen.push(request.gaps.length);
      return pageOf([], { gaps: seen.length === 1 ? [gap] : [] });
    });
    await fetchStep(deps, source, inputFor(0));
    await fetchStep(deps, source, inputFor(1));
    await fetchStep(deps, source, inputFor(0, laterRunId));
    expect(seen).toEqual([0, 0, 1]);
    expect(await deps.gaps.open(connectorName, laterRunId)).toMatchObject([
      { ...gap, attempts: 0, expired: false },
    ]);
  });

  it('count one attempt for each run that has tried them', async () => {
    const deps = createDeps();
    await fetchStep(
      deps,
      sourceOf(() => pageOf([], { gaps: [gap] })),
      inputFor(0),
    );
    await deps.gaps.countAttempts(connectorName, laterRunId);
    await deps.gaps.countAttempts(connectorName, laterRunId);
    const [open] = await deps.gaps.open(connectorName, 'another');
    expect(open?.attempts).toBe(1);
  });

  it('expire after GAP_DAYS, and leave a row in ItemLog when they are given up', async () => {
    const deps = createDeps();
    await fetchStep(
      deps,
      sourceOf(() => pageOf([], { gaps: [gap] })),
      inputFor(0),
    );
    clock = new Date('2026-11-28T12:00:00Z');
    const source = sourceOf((request) => {
      const ended = request.gaps.filter(({ expired }) => expired).map((g) => g.object);
      return pageOf([], { resolvedGaps: ended, givenUpGaps: ended });
    });
    await fetchStep(deps, source, inputFor(0, laterRunId));
    expect(await deps.gaps.count(connectorName)).toBe(0);
    const filter = `PartitionKey eq '${connectorName}|${laterRunId}'`;
    const rows = await Array.fromAsync(
      storage.table(tables.itemLog).listEntities({ queryOptions: { filter } }),
    );
    expect(rows).toMatchObject([
      {
        itemId: 'item-1',
        reason: expect.stringMatching(
          /^It is locked\. It was tried again in 1 run since .* not tried/,
        ),
      },
    ]);
  });

  it('bring the item that waited once its content is there', async () => {
    const deps = createDeps();
    const waiting = recordOf(1, { waiting: true });
    const before = sourceOf(() => pageOf([waiting], { gaps: [gap] }));
    await fetchStep(deps, before, inputFor(0));
    await convert(deps, before, 0);
    expect((await manifestOf(0))?.entries).toEqual([]);

    const after = sourceOf(async (request) => {
      const recalled = await request.recall(`${connectorName}/${runId}/0`, keyOf(1));
      expect(recalled?.record).toMatchObject({ key: keyOf(1), waiting: true });
      return pageOf([], { resolvedGaps: [gap.object] });
    });
    const withContent: Connector = {
      ...after,
      async fetchPage(request) {
        const result = await after.fetchPage(request);
        return { ...result, ...(result.kind === 'page' && { records: [recordOf(1)] }) };
      },
    };
    await fetchStep(deps, withContent, inputFor(0, laterRunId));
    await convert(deps, withContent, 0, laterRunId);
    expect((await manifestOf(0, laterRunId))?.entries).toMatchObject([{ key: keyOf(1) }]);
  });
});

describe('converting a page', () => {
  it('makes one email for each item, once', async () => {
    const deps = createDeps();
    const source = sourceOf(() => pageOf([recordOf(1), recordOf(2)]));
    await fetchStep(deps, source, inputFor(0));
    await convert(deps, source, 0);
    const first = await manifestOf(0);
    await convert(deps, source, 0);
    expect(await manifestOf(0)).toEqual(first);
    expect(first?.entries.map(({ itemId }) => itemId)).toEqual(['item-1', 'item-2']);
    expect(first?.rosters).toHaveLength(1);
    expect(await emailText(keyOf(1))).toContain('text 1');
  });

  it('rejects an item that can not be converted, and no other', async () => {
    const deps = createDeps();
    const source = sourceOf(() => pageOf([recordOf(1), recordOf(2, { raw: {} })]));
    await fetchStep(deps, source, inputFor(0));
    await convert(deps, source, 0);
    expect(await manifestOf(0)).toMatchObject({
      entries: [{ key: keyOf(1) }],
      rejects: [{ key: keyOf(2), reason: expect.stringContaining('There is no text.') }],
    });
  });

  it('rejects an item that can not be composed, and no other', async () => {
    const deps = createDeps();
    const compose = (item: ArchiveItem) =>
      item.itemId === 'item-1'
        ? Readable.from(
            (async function* () {
              yield Buffer.from('Half an email');
              throw new Error('The file is gone.');
            })(),
          )
        : deps.compose(item);
    const source = sourceOf(() => pageOf([recordOf(1), recordOf(2)]));
    await fetchStep(deps, source, inputFor(0));
    await convert({ ...deps, compose }, source, 0);
    expect(await manifestOf(0)).toMatchObject({
      entries: [{ key: keyOf(2) }],
      rejects: [{ key: keyOf(1), reason: expect.stringContaining('The file is gone.') }],
    });
  });

  it('leaves an item to the page that saw it first', async () => {
    const deps = createDeps();
    const source = sourceOf(() => pageOf([recordOf(1)]));
    await fetchStep(deps, source, inputFor(0));
    const unsifted: Connector = {
      ...source,
      fetchPage: async () => pageOf([recordOf(1)]),
    };
    await fetchStep(deps, unsifted, inputFor(0, laterRunId));
    await convert(deps, unsifted, 0, laterRunId);
    expect((await manifestOf(0, laterRunId))?.entries).toEqual([]);
  });

  it.each([
    ['on the same page', 0],
    ['on an earlier page', 1],
  ])('hands an edit its original %s', async (_where, editPage) => {
    const deps = createDeps();
    const edit = recordOf(2, { event: 'edited', changes: keyOf(1) });
    const pages = editPage === 0 ? [[edit, recordOf(1)]] : [[recordOf(1)], [edit]];
    for (const [number, records] of pages.entries()) {
      const source = sourceOf(() => pageOf(records));
      await fetchStep(deps, source, inputFor(number));
      await convert(deps, source, number);
    }
    expect(await emailText(keyOf(2))).toContain('text 2 instead of text 1');
  });
});

describe('delivering a manifest', () => {
  async function prepare(deps: Deps) {
    const source = sourceOf(() => pageOf([recordOf(1), recordOf(2, { raw: {} })]));
    await fetchStep(deps, source, inputFor(0));
    await convert(deps, source, 0);
  }
  const ref = () => ({ connector: connectorName, runId, page: 0 });
  const orderPath = () => `mbx-ada/${connectorName}-${runId}-0`;
  const readOrder = () =>
    readJson(storage.container(containers.imports), orderPath(), orderSchema);

  it('places one order for each mailbox', async () => {
    const deps = createDeps();
    await prepare(deps);
    await deliverStep(deps, target, ref());
    expect((await readOrder())?.value).toMatchObject({
      mailboxId: 'mbx-ada',
      folder: 'Test',
      entries: [{ key: keyOf(1), sourceUsers: ['ada'] }],
    });
  });

  it('does not say of people without an address that they are from outside', async () => {
    const deps = createDeps();
    const source = sourceOf(() => pageOf([recordOf(1)]));
    const withNameless: Connector = {
      ...source,
      convert(...item) {
        const { participants, ...rest } = source.convert(...item);
        return { ...rest, participants: [...participants, { id: 'nameless' }] };
      },
    };
    await fetchStep(deps, withNameless, inputFor(0));
    await convert(deps, withNameless, 0);
    await deliverStep(deps, target, ref());
    const rows = await Array.fromAsync(storage.table(tables.itemLog).listEntities());
    const reasonOf = (id: string) => rows.find((row) => row.sourceUserId === id)?.reason;
    expect(reasonOf('eve')).toMatch(/from outside the organisation/);
    expect(reasonOf('nameless')).toMatch(/no address.+name their mailbox/);
  });

  it('does not place an order again whose outcome is recorded', async () => {
    const deps = createDeps();
    await prepare(deps);
    await deliverStep(deps, target, ref());
    const order = (await readOrder())?.value;
    if (!order) throw new Error('no order');
    const results = order.entries.map((entry) => ({
      entry,
      outcome: 'imported' as const,
    }));
    await recordOrder(deps, order, results);
    await storage.container(containers.imports).deleteBlob(orderPath());
    await deliverStep(deps, target, ref());
    expect(await readOrder()).toBeUndefined();
  });

  it('keeps to the mailboxes that were found first', async () => {
    const deps = createDeps();
    await prepare(deps);
    await deliverStep(deps, target, ref());
    const directory = { ...deps.directory, resolve: async () => new Map() };
    await deliverStep({ ...deps, directory }, target, ref());
    expect((await readOrder())?.value.mailboxId).toBe('mbx-ada');
  });
});

describe('a run', () => {
  const isAlive = async () => false;
  const begin = (deps: Deps, change: object = {}) =>
    beginRun(
      { ...deps, isAlive },
      {
        ...{ connector: connectorName, type: 'test', runId, overlapHours: 24 },
        ...{ window: undefined, archiveStart: undefined },
        ...change,
      },
    );
  const close = (deps: Deps, change: object = {}) =>
    closeWindow(deps, {
      ...{ connector: connectorName, runId, backfill: false, pages: 0 },
      failure: undefined,
      ...change,
    });

  it('begins 24 hours back, then goes on from the watermark with an overlap', async () => {
    const deps = createDeps();
    expect(await begin(deps)).toMatchObject({
      window: { from: new Date('2026-11-19T12:00:00Z'), to: clock },
      readFrom: new Date('2026-11-19T12:00:00Z'),
    });
    await close(deps);
    clock = new Date('2026-11-21T12:00:00Z');
    expect(await begin(deps, { runId: laterRunId })).toMatchObject({
      window: { from: new Date('2026-11-20T12:00:00Z'), to: clock },
      readFrom: new Date('2026-11-19T12:00:00Z'),
    });
  });

  it('keeps its window when it begins a second time', async () => {
    const deps = createDeps();
    const first = await begin(deps);
    clock = new Date('2026-11-20T12:05:00Z');
    expect(await begin(deps)).toEqual(first);
  });

  it('waits while another run that is alive fetches, and takes over from a dead one', async () => {
    const deps = createDeps();
    await begin(deps);
    const input = { runId: laterRunId };
    const alive = { ...deps, isAlive: async () => true };
    const busy = await beginRun(alive, {
      ...{ connector: connectorName, type: 'test', overlapHours: 0 },
      ...{ window: undefined, archiveStart: undefined, ...input },
    });
    expect(busy).toEqual({ kind: 'busy' });
    expect(await begin(deps, input)).toMatchObject({ kind: 'go' });
  });

  it('moves the watermark when its window is archived, and not when it failed', async () => {
    const deps = createDeps();
    await begin(deps);
    const failure = { misconfigured: false, message: 'Webex can not be reached.' };
    await close(deps, { failure });
    expect(await deps.statuses.read(connectorName)).toMatchObject({
      ...{ watermark: '', state: 'failed', activeRunId: '' },
      message: 'Webex can not be reached.',
    });
    await begin(deps, { runId: laterRunId });
    await close(deps, { runId: laterRunId });
    expect(await deps.statuses.read(connectorName)).toMatchObject({
      ...{ watermark: clock.toISOString(), state: 'idle', message: '' },
    });
  });

  it('moves no watermark as a backfill, unless it continues it', async () => {
    const deps = createDeps();
    const old = {
      from: new Date('2026-10-01T00:00Z'),
      to: new Date('2026-10-02T00:00Z'),
    };
    await begin(deps, { window: old });
    await close(deps, { backfill: true });
    expect((await deps.statuses.read(connectorName)).watermark).toBe('');
    await begin(deps, { runId: laterRunId });
    await close(deps, { runId: laterRunId });
    const watermark = clock;
    const next = { from: watermark, to: new Date('2026-11-20T18:00:00Z') };
    const third = '20261120T190000Z-0003';
    clock = new Date('2026-11-20T19:00:00Z');
    await begin(deps, { runId: third, window: next });
    await close(deps, { runId: third, backfill: true });
    const status = await deps.statuses.read(connectorName);
    expect(status.watermark).toBe(next.to.toISOString());
  });

  it('never reads into the future, nor moves the watermark there', async () => {
    const deps = createDeps();
    const to = new Date('2030-01-01T00:00Z');
    const begun = await begin(deps, { window: { from: window.from, to } });
    expect(begun).toMatchObject({ window: { from: window.from, to: clock } });
  });

  it('does not end without a page that was fetched beyond those it counts', async () => {
    const deps = createDeps();
    await begin(deps);
    await fetchStep(
      deps,
      sourceOf(() => pageOf([recordOf(1)])),
      inputFor(0),
    );
    const failure = { misconfigured: false, message: 'It broke off.' };
    await close(deps, { failure });
    expect(await settleRun(deps, connectorName, runId)).toMatchObject({ ended: false });
    expect((await deps.runLog.unsettled()).map((run) => run.partitionKey)).toContain(
      connectorName,
    );
  });

  it('is completed when every copy has an outcome, with counters that add up', async () => {
    const deps = createDeps();
    await begin(deps);
    const source = sourceOf(() => pageOf([recordOf(1)]));
    await fetchStep(deps, source, inputFor(0));
    await convert(deps, source, 0);
    await close(deps, { pages: 1 });
    expect(await settleRun(deps, connectorName, runId)).toMatchObject({ ended: false });
    const ref = { connector: connectorName, runId, page: 0 };
    await deliverStep(deps, target, ref);
    expect(await settleRun(deps, connectorName, runId)).toMatchObject({ ended: false });
    const path = `mbx-ada/${connectorName}-${runId}-0`;
    const order = await readJson(
      storage.container(containers.imports),
      path,
      orderSchema,
    );
    if (!order) throw new Error('no order');
    await recordOrder(
      deps,
      order.value,
      order.value.entries.map((entry) => ({ entry, outcome: 'imported' })),
    );
    const settled = await settleRun(deps, connectorName, runId);
    expect(settled).toEqual({ state: 'completed', ended: true });
    expect(await deps.runLog.read(connectorName, runId)).toMatchObject({
      ...{ availableFromSource: 1, availableForImport: 1, imported: 1, unmapped: 1 },
      settled: true,
    });
  });

  it.each([
    [[], 'completed', /^The source listed no items from \S+ to \S+\.$/],
    [
      [{ object: 'stream-1', itemId: 's', reason: 'Refused.', retry: {} }],
      'completedWithIssues',
      /listed no items .+ What it did not give is in Gaps\.$/,
    ],
  ])(
    'says of a window without items what became of it: %j',
    async (gaps, state, message) => {
      const deps = createDeps();
      await begin(deps);
      const source = sourceOf(() => pageOf([], { gaps }));
      await fetchStep(deps, source, inputFor(0));
      await convert(deps, source, 0);
      await close(deps, { pages: 1 });
      await deliverStep(deps, target, { connector: connectorName, runId, page: 0 });
      expect(await settleRun(deps, connectorName, runId)).toMatchObject({ state });
      const run = await deps.runLog.read(connectorName, runId);
      expect(run?.message).toMatch(message);
    },
  );

  it('is incomplete at its deadline, and completed when its imports end', async () => {
    const deps = createDeps();
    await begin(deps);
    await fetchStep(
      deps,
      sourceOf(() => pageOf([])),
      inputFor(0),
    );
    await close(deps, { pages: 1 });
    clock = new Date('2026-11-20T12:10:00Z');
    const settled = await settleRun(deps, connectorName, runId);
    expect(settled).toEqual({ state: 'incomplete', ended: true });
    await convert(
      deps,
      sourceOf(() => pageOf([])),
      0,
    );
    await deliverStep(deps, target, { connector: connectorName, runId, page: 0 });
    expect(await settleRun(deps, connectorName, runId)).toMatchObject({
      state: 'completed',
    });
    expect((await deps.runLog.read(connectorName, runId))?.message).toMatch(
      /listed no items/,
    );
  });
});

describe('the sweep', () => {
  // Blobs carry the storage's own time.
  beforeEach(() => {
    clock = new Date(Date.now() + 1000);
  });

  function sweepDeps(deps: Deps, connector: Connector) {
    const closed: unknown[] = [];
    const retried: string[] = [];
    return {
      closed,
      retried,
      deps: {
        ...deps,
        convert: (ref: { page: number }) => convert(deps, connector, ref.page),
        close: async (input: Parameters<typeof closeWindow>[1]) => {
          if (input.connector === connectorName) closed.push(input);
          await closeWindow(deps, input);
        },
        settle: (name: string, run: string) => settleRun(deps, name, run),
        retryMailbox: async (mailbox: string) => void retried.push(mailbox),
        isAlive: async () => false,
      },
    };
  }

  /** A run that was broken off after its first page was fetched. */
  async function leaveOnePage() {
    const deps = createDeps();
    await beginRun(
      { ...deps, isAlive: async () => false },
      {
        ...{ connector: connectorName, type: 'test', runId, overlapHours: 24 },
        ...{ window: undefined, archiveStart: undefined },
      },
    );
    const source = sourceOf(() => pageOf([recordOf(1)]));
    await fetchStep(deps, source, inputFor(0));
    return { deps, source };
  }

  /** What importing does with a page's one order. */
  async function endOrder(deps: Deps, page: number) {
    const imports = storage.container(containers.imports);
    const path = `mbx-ada/${connectorName}-${runId}-${page}`;
    const order = await readJson(imports, path, orderSchema);
    if (!order) throw new Error('There is no order.');
    const { entries } = order.value;
    const results = entries.map((entry) => ({ entry, outcome: 'imported' as const }));
    await recordOrder(deps, order.value, results);
    await imports.deleteBlob(path);
  }

  it('closes what a crash left open between each two steps', async () => {
    const { deps, source } = await leaveOnePage();
    const { deps: swept, closed, retried } = sweepDeps(deps, source);

    await sweep(swept, 0);
    expect((await manifestOf(0))?.entries).toHaveLength(1);
    expect(closed).toMatchObject([{ pages: 1, failure: { misconfigured: false } }]);

    const ref = { connector: connectorName, runId, page: 0 };
    await deliverStep(deps, target, ref);
    await sweep(swept, 0);
    expect(retried).toContain('mbx-ada');
    expect(closed).toHaveLength(1);
  });

  it('counts its attempts, goes on with other pages, and shows what stays open', async () => {
    const { deps } = await leaveOnePage();
    const source = sourceOf(({ page }) => pageOf([recordOf(page.endsWith('0') ? 1 : 2)]));
    await fetchStep(deps, source, inputFor(1));
    const { deps: swept } = sweepDeps(deps, source);
    let broken = true;
    const stuck = {
      ...swept,
      async convert(ref: { page: number }) {
        if (broken && ref.page === 0) throw new Error('The page is stuck.');
        await convert(deps, source, ref.page);
      },
    };
    const open = () =>
      Array.fromAsync(deps.itemLog.open(connectorName, { outcomes: ['pending'], runId }));

    for (let n = 0; n < 2; n++) await sweep(stuck, 0);
    expect(await open()).toEqual([]);
    await sweep(stuck, 0);
    expect((await manifestOf(1))?.entries).toHaveLength(1);
    expect(await open()).toContainEqual(
      expect.objectContaining({ key: 'page-0-sweep', page: 0 }),
    );

    broken = false;
    await sweep(stuck, 0);
    for (const page of [0, 1]) {
      await deliverStep(deps, target, { connector: connectorName, runId, page });
      await endOrder(deps, page);
    }
    await sweep(stuck, 0);
    expect(await open()).toEqual([]);
  });

  it('leaves alone what is younger than it is told', async () => {
    const { deps, source } = await leaveOnePage();
    const { deps: swept } = sweepDeps(deps, source);
    await sweep(swept, 60_000);
    expect(await manifestOf(0)).toBeUndefined();
  });

  it('leaves the pages of a run that is alive to the run', async () => {
    const { deps, source } = await leaveOnePage();
    const { deps: swept, closed } = sweepDeps(deps, source);
    await sweep({ ...swept, isAlive: async () => true }, 0);
    expect(await manifestOf(0)).toBeUndefined();
    expect(closed).toEqual([]);
  });
});
