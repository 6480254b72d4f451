import { describe, expect, it } from 'vitest';
import type { Quirks } from '../../../../local/zoom/calls.ts';
import type { FaultRule } from '../../../../local/zoom/faults.ts';
import { sampleWorld } from '../../../../local/zoom/sampleWorld.ts';
import { addMeeting, say } from '../../../../local/zoom/world.ts';
import { createFakeClock } from '../fakes.ts';
import { createStage, lastDay, minutesAgo, now, openBench } from './harness.ts';

const lanes = ['archive', 'recordings'] as const;
type Bench = Awaited<ReturnType<typeof openBench>>;
type Run = Awaited<ReturnType<Bench['run']>>;

const emailsOf = async (bench: Bench, { items }: Run) => {
  const emails = new Map<string, string>();
  for (const item of items) emails.set(item.key, await bench.emailOf(item));
  return new Map([...emails].sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** So many meetings of one host that began at one instant, with a private message each. */
function busyStage(meetings: number) {
  const stage = createStage('busy');
  const { world, ann, ben } = stage;
  for (let index = 0; index < meetings; index++) {
    const meeting = addMeeting(world, {
      host: ann,
      start: minutesAgo(180),
      people: [ann, ben],
    });
    say(meeting, ann, `Aside ${index}`, { audience: { to: 'person', person: ben } });
  }
  return stage;
}

describe.each(lanes)('a run over the sample world, by the lane %s', (lane) => {
  it('archives everything once, and breaks none of the rules of Zoom', async () => {
    await using bench = await openBench({ world: sampleWorld({ now }), lane });
    const first = await bench.run();
    expect(first.failed).toBeUndefined();
    expect(first.rejects).toEqual([]);
    expect(first.items.length).toBe(lane === 'archive' ? 21 : 9);
    const keys = first.records.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(bench.simulated.violations).toEqual([]);
    expect(bench.simulated.mostInFlight()).toBeLessThanOrEqual(8);
    bench.clock.advance(600_000);
    expect((await bench.run()).items).toEqual([]);
    bench.restart();
    expect((await bench.run()).items).toEqual([]);
  });

  it('gives the same bytes whatever the size of a page, and at another time', async () => {
    await using large = await openBench({ world: sampleWorld({ now }), lane });
    const later = createFakeClock(new Date(+now + 3_600_000));
    await using small = await openBench({
      world: sampleWorld({ now }),
      lane,
      clock: later,
    });
    const whole = await large.run();
    const parts = await small.run({
      limits: { items: 2 },
      beforePage: () => small.restart(),
    });
    expect(
      Math.max(...parts.pages.map(({ records }) => records.length)),
    ).toBeLessThanOrEqual(2);
    for (const { next = '' } of parts.pages) expect(next.length).toBeLessThan(2000);
    expect(await emailsOf(small, parts)).toEqual(await emailsOf(large, whole));
  });

  it.each<[string, Quirks]>([
    ['lists of small pages', { pageSize: 2 }],
    ['fields that nobody knows', { unknownFields: true }],
    ['blanks in times', { blankInTimes: true }],
    ['reports alone', { onlyReports: true }],
  ])('stands %s', async (_, quirks) => {
    await using plain = await openBench({ world: sampleWorld({ now }), lane });
    await using odd = await openBench({ world: sampleWorld({ now }), lane, quirks });
    const expected = await emailsOf(plain, await plain.run());
    const { pages, ...run } = await odd.run();
    expect([...(await emailsOf(odd, { pages, ...run })).keys()]).toEqual([
      ...expected.keys(),
    ]);
    expect(odd.simulated.violations).toEqual([]);
    if (!quirks.unknownFields) return;
    // The chat is a file, and as it was.
    const listed = pages.flatMap(({ records }) =>
      records.filter(({ raw }) => !JSON.stringify(raw).includes('"message"')),
    );
    for (const { raw } of listed) {
      expect(JSON.stringify(raw)).toContain('brandNewField');
    }
  });

  it('stands a Zoom that limits, breaks off, stalls and refuses', async () => {
    await using calm = await openBench({ world: sampleWorld({ now }), lane });
    const rules: FaultRule[] = [
      {
        fault: { kind: 'throttled', retryAfter: new Date(+now + 20_000) },
        times: 2,
        chance: 0.1,
      },
      { fault: { kind: 'throttled', retryAfter: 2 }, times: 5, chance: 0.1 },
      { fault: { kind: 'throttled', retryAfter: 'rand(30)' }, times: 2, after: 20 },
      { fault: { kind: 'throttled' }, times: 2, after: 25 },
      { fault: { kind: 'broken', status: 502 }, times: 8, chance: 0.1 },
      { fault: { kind: 'reset', when: 'beforeHeaders' }, times: 8, chance: 0.1 },
      { fault: { kind: 'reset', when: 'afterHeaders' }, times: 8, chance: 0.1 },
      { fault: { kind: 'cut' }, times: 8, chance: 0.1 },
      { fault: { kind: 'slow', ms: 5 }, times: 8, chance: 0.1 },
      { fault: { kind: 'unauthorized' }, routes: ['download', 'participants'], after: 4 },
      {
        fault: { kind: 'page' },
        routes: ['archiveFiles', 'history', 'download'],
        times: 2,
      },
    ];
    await using stormy = await openBench({
      world: sampleWorld({ now }),
      lane,
      faults: { rules },
    });
    // What fails too often in a row is a gap, and comes with the next run.
    const stormed = (await stormy.run()).items;
    rules.length = 0;
    stormy.clock.advance(3_600_000);
    const rest = (await stormy.run()).items;
    const all = [...stormed, ...rest];
    const { items } = await calm.run();
    const keysOf = (some: typeof items) =>
      some.flatMap(({ key, event }) => (event === 'supplemented' ? [] : [key])).sort();
    const filesOf = (some: typeof items) =>
      some.flatMap(({ files }) => files.map(({ sha256 }) => sha256)).sort();
    expect(keysOf(all)).toEqual(keysOf(items));
    expect(filesOf(all)).toEqual(filesOf(items));
    expect(stormy.pipeline.gaps.size).toBe(0);
  });

  it('goes on with a new token when one ends in the middle', async () => {
    const tokens = { expiresInSeconds: 60 };
    await using bench = await openBench({ world: sampleWorld({ now }), lane, tokens });
    const { items } = await bench.run({
      limits: { items: 2 },
      beforePage: () => bench.clock.advance(50_000),
    });
    expect(items.length).toBe(lane === 'archive' ? 21 : 9);
    expect(bench.simulated.requests('token')).toBeGreaterThan(2);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('keeps to the rates of the account', async () => {
    const rateLimits = { light: 4, medium: 2, heavy: 1 };
    await using bench = await openBench({
      world: sampleWorld({ now }),
      lane,
      rateLimits,
    });
    const { items, failed } = await bench.run();
    expect(failed).toBeUndefined();
    expect(items.length).toBe(lane === 'archive' ? 21 : 9);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('is nothing where nothing happened', async () => {
    await using bench = await openBench({ world: createStage().world, lane });
    const { pages, failed } = await bench.run();
    expect(failed).toBeUndefined();
    expect(pages).toHaveLength(1);
    expect(pages[0]).toMatchObject({ records: [], gaps: [] });
    expect(pages[0]?.next).toBeUndefined();
  });
});

describe('a window', () => {
  it('is half-open, by when the archive was complete', async () => {
    const { world, ann } = createStage();
    const window = { from: minutesAgo(300), to: minutesAgo(200) };
    for (const archivedAt of [new Date(+window.from - 1000), window.from, window.to]) {
      addMeeting(world, {
        host: ann,
        start: minutesAgo(1000),
        archivedAt,
        people: [ann],
      });
    }
    await using bench = await openBench({ world });
    expect((await bench.run({ window })).items).toMatchObject([
      { conversation: { name: 'Meeting 2' } },
    ]);
  });

  it('is half-open, by when a meeting ended', async () => {
    const { world, ann } = createStage();
    const window = { from: minutesAgo(300), to: minutesAgo(200) };
    for (const end of [301, 300, 200]) {
      addMeeting(world, { host: ann, start: minutesAgo(end + 30), people: [ann] });
    }
    await using bench = await openBench({ world, lane: 'recordings' });
    expect((await bench.run({ window })).items).toMatchObject([
      { conversation: { name: 'Meeting 2' } },
    ]);
  });

  it.each(lanes)('may be as long as two months, by the lane %s', async (lane) => {
    const { world, ann } = createStage();
    for (const day of [59, 40, 8, 7, 1]) {
      const isRecorded = day === 40;
      addMeeting(world, {
        host: ann,
        start: minutesAgo(day * 1440),
        people: [ann],
        isRecorded,
      });
    }
    await using bench = await openBench({ world, lane });
    const window = { from: minutesAgo(60 * 1440), to: now };
    expect((await bench.run({ window })).items).toHaveLength(5);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('in the future is read as far as Zoom has it, with the `to` that Zoom gave', async () => {
    const { world } = busyStage(5);
    const quirks = { pageSize: 2, clockBehindMs: 5000 };
    await using bench = await openBench({ world, quirks });
    const window = { from: lastDay.from, to: new Date(+now + 3_600_000) };
    expect((await bench.run({ window })).items).toHaveLength(10);
    expect(bench.simulated.violations).toEqual([]);
  });
});

it('says how many meetings Zoom reports', async () => {
  const { world } = busyStage(7);
  await using bench = await openBench({ world, quirks: { pageSize: 2 } });
  const { pages } = await bench.run({ limits: { items: 3 } });
  const reported = pages.map(({ sourceReported = 0 }) => sourceReported);
  expect(reported.reduce((sum, count) => sum + count, 0)).toBe(7);
});

describe('a list', () => {
  it('whose tokens die is read anew', async () => {
    const { world } = busyStage(7);
    const rules: FaultRule[] = [
      { fault: { kind: 'staleToken' }, routes: ['archiveFiles'], after: 2 },
    ];
    await using bench = await openBench({
      world,
      quirks: { pageSize: 2 },
      faults: { rules },
    });
    expect((await bench.run()).items).toHaveLength(14);
    expect(bench.log.lines.join()).toContain('it is read again');
  });

  it('that takes longer than a token lives never uses one that is dead', async () => {
    const { world } = busyStage(7);
    const limits = { items: 3 };
    await using bench = await openBench({ world, quirks: { pageSize: 2 } });
    const { items } = await bench.run({
      limits,
      beforePage: () => bench.clock.advance(16 * 60_000),
    });
    expect(items).toHaveLength(14);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('that is too long for one piece is cut', async () => {
    const { world, ann } = createStage();
    for (let index = 0; index < 1300; index++) {
      addMeeting(world, {
        host: ann,
        start: minutesAgo(1400 - index / 2),
        people: [ann],
      });
    }
    await using bench = await openBench({ world });
    const { items, pages } = await bench.run();
    expect(items).toHaveLength(1300);
    expect(Math.max(...pages.map(({ records }) => records.length))).toBeLessThanOrEqual(
      1000,
    );
    expect(bench.simulated.violations).toEqual([]);
  });

  it('may hold what nobody can read: it is reported once, and stops no other', async () => {
    const { world, ann } = createStage();
    addMeeting(world, { host: ann, start: minutesAgo(180), people: [ann] });
    addMeeting(world, {
      host: ann,
      start: minutesAgo(170),
      people: [ann],
      oddities: { uuid: 17 },
    });
    await using bench = await openBench({ world });
    const { items, rejects } = await bench.run();
    expect(items).toHaveLength(1);
    expect(rejects).toMatchObject([
      { reason: expect.stringMatching(/could not be read \(uuid\)/) },
    ]);
    expect((await bench.run()).rejects).toEqual([]);
  });
});

describe('a meeting with very many private messages', () => {
  it('goes over several pages, and whoever takes over loses and doubles nothing', async () => {
    const { world, ann, ben } = createStage();
    const meeting = addMeeting(world, {
      host: ann,
      start: minutesAgo(180),
      people: [ann, ben],
    });
    for (let index = 0; index < 40; index++) {
      say(meeting, ann, `Aside ${index}`, { audience: { to: 'person', person: ben } });
    }
    for (const kept of [1, 2, 3]) {
      await using bench = await openBench({ world });
      const first: string[] = [];
      // The run is abandoned after so many pages.
      await bench
        .run({
          limits: { items: 11 },
          beforePage: (number) => {
            if (number > kept) throw new Error('abandoned');
          },
        })
        .catch(() => undefined);
      for (const { page } of bench.pipeline.kept.values()) {
        first.push(...page.records.map(({ key }) => key));
      }
      expect(first.length).toBe(11 * kept);
      bench.restart();
      const { items } = await bench.run({ limits: { items: 11 } });
      expect(new Set([...first, ...items.map(({ key }) => key)]).size).toBe(41);
      expect(first.length + items.length).toBe(41);
    }
  });
});
