import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../../local/ringcentral/faults.ts';
import { post } from '../../../../local/ringcentral/world.ts';
import {
  type BenchOptions,
  lastDay,
  minutesAgo,
  now,
  openBench,
  stage,
} from './harness.ts';

const always = Number.POSITIVE_INFINITY;

/** Five posts, and whatever is wrong with the exports. */
async function openWith(options: BenchOptions = {}, posts = 5) {
  const { world, a, chat } = stage();
  for (let index = 0; index < posts; index++) {
    post(world, chat, a, { at: minutesAgo(100 - (index % 99)), text: `Post ${index}` });
  }
  return openBench({ world, ...options });
}

describe('an export task', () => {
  it('is waited for through every status, also those that nobody knows', async () => {
    const statuses = ['Accepted', 'Pending', 'InProgress', 'AttemptFailed', 'Dreaming'];
    await using bench = await openWith({ exports: { statuses } });
    const { items, failed } = await bench.run();
    expect([items.length, failed]).toEqual([5, undefined]);
    expect(bench.simulated.requests.readTask).toBe(5);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('that takes long is waited for without holding the page', async () => {
    const statuses = Array.from({ length: 20 }, () => 'InProgress');
    await using bench = await openWith({ exports: { statuses } });
    const { items, waits } = await bench.run();
    expect(items).toHaveLength(5);
    expect(waits.length).toBeGreaterThan(5);
    expect(Math.max(...bench.clock.slept)).toBeLessThanOrEqual(5000);
    expect(bench.simulated.tasksMade()).toBe(1);
  });

  it('that never ends is given up after hours, with a sentence', async () => {
    const statuses = Array.from({ length: 5000 }, () => 'InProgress');
    await using bench = await openWith({ exports: { statuses } });
    const { failed } = await bench.run();
    expect(failed?.message).toMatch(/three hours.*next run asks again/);
    expect(failed?.misconfigured).toBe(false);
  });

  it.each(['Failed', 'Expired', 'Cancelled'] as const)(
    'that ends as %s is made anew',
    async (ending) => {
      await using bench = await openWith({ exports: { endings: [ending, ending] } });
      expect((await bench.run()).items).toHaveLength(5);
      expect(bench.simulated.tasksMade()).toBe(3);
    },
  );

  it('that fails again and again ends the run with a sentence', async () => {
    const endings = Array.from({ length: 9 }, () => 'Failed' as const);
    await using bench = await openWith({ exports: { endings } });
    const { failed, items } = await bench.run();
    expect(items).toEqual([]);
    expect(failed?.message).toContain('failed 3 times');
    expect(bench.simulated.tasksMade()).toBe(3);
  });

  it('that tells its datasets late is looked at once more', async () => {
    await using bench = await openWith({ exports: { withoutDatasets: 1 } });
    const { items, failed } = await bench.run();
    expect([items.length, failed]).toEqual([5, undefined]);
    expect(bench.simulated.tasksMade()).toBe(1);
  });

  it('that has no datasets is no empty window: the run fails, and the next asks anew', async () => {
    await using bench = await openWith({ exports: { withoutDatasets: 2 } });
    const { items, failed } = await bench.run();
    expect(items).toEqual([]);
    expect(failed?.message).toMatch(/without any dataset.*asks for the window again/);
    expect(failed?.misconfigured).toBe(false);
    expect((await bench.run()).items).toHaveLength(5);
    expect(bench.simulated.tasksMade()).toBe(2);
  });

  it('waits while two others of the company are under way', async () => {
    const until = new Date(now.getTime() + 10 * 60_000);
    await using bench = await openWith({ exports: { others: [{ until }, { until }] } });
    const { items } = await bench.run();
    expect(items).toHaveLength(5);
    expect(bench.clock.now().getTime()).toBeGreaterThanOrEqual(until.getTime());
    expect(bench.simulated.violations).toEqual([]);
  });

  it('that is refused with 409 is waited for, though no other is to be seen', async () => {
    const rules: FaultRule[] = [
      { fault: { kind: 'conflict' }, routes: ['createTask'], times: 3 },
    ];
    await using bench = await openWith({ faults: { rules } });
    const { items, waits, failed } = await bench.run();
    expect([items.length, failed]).toEqual([5, undefined]);
    expect(bench.clock.now().getTime()).toBeGreaterThanOrEqual(+now + 9 * 60_000);
    expect(waits.length).toBeGreaterThanOrEqual(3);
    expect(bench.simulated.tasksMade()).toBe(1);
  });

  it('that is refused with 409 for hours is given up, with a sentence', async () => {
    const rules: FaultRule[] = [
      { fault: { kind: 'conflict' }, routes: ['createTask'], times: always },
    ];
    await using bench = await openWith({ faults: { rules } });
    const { failed } = await bench.run();
    expect(failed?.message).toMatch(/three hours.*next run asks again/);
  });

  it('is found again by whoever comes after a crash, and read once', async () => {
    const rules: FaultRule[] = [
      { fault: { kind: 'cut' }, routes: ['createTask'] },
      { fault: { kind: 'broken', status: 502 }, routes: ['createTask'] },
    ];
    await using bench = await openWith({ faults: { rules } });
    const { items } = await bench.run({
      limits: { items: 2 },
      beforePage: bench.restart,
    });
    expect(items).toHaveLength(5);
    expect(bench.simulated.tasksMade()).toBe(1);
    expect(bench.simulated.requests.dataset).toBe(1);
  });

  it('of a run that was abandoned serves the next one, and what it stored is removed', async () => {
    await using bench = await openWith();
    const first = await bench.run({ limits: { items: 2 }, pages: 1 });
    expect(first.items).toHaveLength(2);
    expect(bench.files.contents.size).toBe(1);
    const second = await bench.run();
    expect(second.items).toHaveLength(3);
    expect(bench.simulated.tasksMade()).toBe(1);
    expect(bench.files.contents.size).toBe(0);
  });

  it('is made anew for a window that was read to its end', async () => {
    await using bench = await openWith();
    await bench.run();
    await bench.run();
    expect(bench.simulated.tasksMade()).toBe(2);
    expect(bench.files.contents.size).toBe(0);
  });

  it('leaves nothing behind when the answer that closed it is lost', async () => {
    await using bench = await openWith();
    const { items } = await bench.run({ losesAnswers: true });
    expect(items).toHaveLength(5);
    expect(bench.files.contents.size).toBe(0);
    await using empty = await openWith({}, 0);
    await empty.run({ losesAnswers: true });
    expect(empty.files.contents.size).toBe(0);
  });

  it('whose links have expired is made anew', async () => {
    await using bench = await openWith({
      faults: { rules: [{ fault: { kind: 'notFound' }, routes: ['dataset'] }] },
    });
    expect((await bench.run()).items).toHaveLength(5);
    expect(bench.simulated.tasksMade()).toBe(2);
  });

  it('covers 180 days at most: a longer window is read in parts', async () => {
    const { world, a, chat } = stage();
    const days = (count: number) => new Date(now.getTime() - count * 86_400_000);
    for (const count of [390, 200, 10]) {
      post(world, chat, a, { at: days(count), text: `${count}` });
    }
    await using bench = await openBench({ world });
    const { items } = await bench.run({ window: { from: days(400), to: now } });
    expect(items.map(({ text }) => text)).toEqual(['390', '200', '10']);
    expect(bench.simulated.tasksMade()).toBe(3);
    expect(bench.simulated.violations).toEqual([]);
    expect(bench.files.contents.size).toBe(0);
  });

  it('is none for a window that is empty', async () => {
    await using bench = await openWith();
    const { pages } = await bench.run({ window: { from: now, to: now } });
    expect(pages).toHaveLength(1);
    expect(bench.simulated.tasksMade()).toBe(0);
  });
});

describe('a ZIP', () => {
  it('comes as several, and as many files', async () => {
    const quirks = { datasets: 3, recordsPerFile: 2 };
    await using bench = await openWith({ quirks }, 25);
    const { items } = await bench.run({ limits: { items: 4 } });
    expect(new Set(items.map(({ text }) => text)).size).toBe(25);
    expect(bench.simulated.requests.dataset).toBe(3);
  });

  it.each(['noZip', 'truncated', 'wrongChecksum', 'brokenRecords'] as const)(
    'that was spoilt on the way (%s) is downloaded once more',
    async (flaw) => {
      const exports = { zipFlaw: { flaw, downloads: 1 } };
      await using bench = await openWith({ exports });
      const { items, failed } = await bench.run();
      expect([items.length, failed]).toEqual([5, undefined]);
      expect(bench.simulated.requests.dataset).toBe(2);
    },
  );

  it.each([
    ['noZip', 'central directory'],
    ['truncated', 'central directory'],
    ['bomb', 'unpack'],
    ['encrypted', 'encrypted'],
    ['lying', 'posts'],
    ['wrongChecksum', 'checksum'],
    ['brokenRecords', 'breaks off'],
  ] as const)(
    'that stays spoilt (%s) stops no other, and the run ends with a sentence',
    async (flaw, reason) => {
      const exports = { zipFlaw: { flaw } };
      await using bench = await openWith({
        exports,
        quirks: { datasets: 2, recordsPerFile: 1 },
      });
      const { items, failed } = await bench.run();
      expect(items.length).toBeGreaterThan(0);
      expect(failed).toMatchObject({ kind: 'failed', misconfigured: false });
      expect(failed?.message).toContain(reason);
      expect(failed?.message).toMatch(/dataset 1.*Everything else is archived/);
      // Another run asks for another export, and removes what this one left.
      const { failed: again } = await bench.run();
      expect(again).toBeDefined();
      expect(bench.simulated.tasksMade()).toBe(2);
    },
  );

  it.each(['wrongChecksum', 'encrypted', 'lying'] as const)(
    'of which a file may have been altered (%s) gives nothing of that file until it is whole',
    async (flaw) => {
      const exports = { zipFlaw: { flaw, downloads: 2 } };
      await using bench = await openWith({ exports });
      const { items, rejects, failed } = await bench.run();
      expect([items, rejects]).toEqual([[], []]);
      expect(failed).toMatchObject({ kind: 'failed', misconfigured: false });
      expect((await bench.run()).items).toHaveLength(5);
    },
  );

  it('that does not tell who was in which chat gives nothing until it does', async () => {
    const exports = { zipFlaw: { flaw: 'wrongRoster' as const, downloads: 2 } };
    await using bench = await openWith({ exports });

    const { items, failed } = await bench.run();

    expect(items).toEqual([]);
    expect(failed?.message).toMatch(/does not tell who could read what.*checksum/);
    const healthy = await bench.run();
    expect(healthy.items).toHaveLength(5);
    expect(healthy.items.some(({ audienceUnknown }) => audienceUnknown)).toBe(false);
  });

  it('with names that lead elsewhere is read without them, and each is reported once', async () => {
    const exports = { zipFlaw: { flaw: 'hostileNames' as const } };
    await using bench = await openWith({ exports });
    const { items, rejects, failed } = await bench.run();
    expect([items.length, failed]).toEqual([5, undefined]);
    expect(bench.log.lines.join()).toContain('1 files that are no records');
    expect(rejects).toHaveLength(3);
    for (const { reason } of rejects) {
      expect(reason).toMatch(/name of a file.*\(file \d+ of dataset 1\)/);
      expect(reason).not.toMatch(/\.\.|posts/);
    }
    expect((await bench.run()).rejects).toEqual([]);
  });

  it('with a record larger than any is read but for that one', async () => {
    const exports = { zipFlaw: { flaw: 'hugeRecord' as const } };
    await using bench = await openWith({ exports });
    const { items, rejects, failed } = await bench.run();
    expect([items.length, rejects.length, failed]).toEqual([5, 1, undefined]);
  });

  it('on a host that nobody listed is not asked for', async () => {
    await using bench = await openWith({ settings: { DOWNLOAD_HOSTS: '' } });
    const { failed } = await bench.run();
    expect(failed).toMatchObject({ misconfigured: true });
    expect(failed?.message).toContain('RINGCENTRAL_DOWNLOAD_HOSTS');
    expect(bench.simulated.requests.dataset).toBe(0);
  });
});

describe('the usage plan', () => {
  it('is kept to: after a 429 nothing is asked until its time is over', async () => {
    await using bench = await openWith({ usagePlan: { Medium: 2 } });
    const { items } = await bench.run();
    expect(items).toHaveLength(5);
    expect(bench.simulated.violations).toEqual([]);
    expect(bench.log.lines.join()).toContain('limits requests; waiting 60 s');
  });

  it('is waited for half a minute where it says nothing', async () => {
    const rules: FaultRule[] = [{ fault: { kind: 'throttled' }, routes: ['listTasks'] }];
    await using bench = await openWith({ faults: { rules } });
    expect((await bench.run()).items).toHaveLength(5);
    expect(bench.clock.slept).toContain(30_000);
  });
});

describe('a token', () => {
  it('is got once for a run, and anew when it ends', async () => {
    await using bench = await openWith();
    await bench.run();
    expect(bench.simulated.requests.token).toBe(1);
    bench.clock.advance(3_600_000);
    await bench.runNow();
    expect(bench.simulated.requests.token).toBe(2);
    expect(bench.simulated.violations).toEqual([]);
  });

  it('that is refused in the middle is renewed once', async () => {
    const rules: FaultRule[] = [
      { fault: { kind: 'unauthorized' }, routes: ['dataset'], times: 1 },
    ];
    await using bench = await openWith({ faults: { rules } });
    expect((await bench.run()).items).toHaveLength(5);
    expect(bench.simulated.requests.token).toBe(2);
  });
});

describe('a cursor', () => {
  it('stays small, whatever is left of a batch', async () => {
    await using bench = await openWith({}, 450);
    const { pages, items } = await bench.run({ limits: { items: 1000, bytes: 3000 } });
    expect(items).toHaveLength(450);
    const cursors = pages.map(({ next }) => next?.length ?? 0);
    expect(Math.max(...cursors)).toBeLessThan(4000);
    expect(pages.length).toBeGreaterThan(10);
  });
});

describe('credentials', () => {
  const forbidden = (code: 'CMN-401' | 'CMN-402' | 'CMN-408' | 'CMN-109') => ({
    faults: {
      rules: [{ fault: { kind: 'forbidden' as const, code }, times: always }],
    },
  });
  it.each<[string, BenchOptions, RegExp]>([
    ['a wrong client', { settings: { CLIENT_SECRET: 'x' } }, /RINGCENTRAL_CLIENT_SECRET/],
    ['a wrong JWT', { settings: { JWT: 'x' } }, /RINGCENTRAL_JWT/],
    ['another way to sign in', { tokens: { grantRefused: true } }, /JWT auth flow/],
    ['a user who is gone', { tokens: { userDisabled: true } }, /disabled/],
    ['an app without permission', forbidden('CMN-401'), /Developer Console|not accept/],
  ])('of %s end the run with a sentence of their own', async (_, options, sentence) => {
    await using bench = await openWith(options);
    const { failed } = await bench.run();
    expect(failed).toMatchObject({ misconfigured: true });
    expect(failed?.message).toMatch(sentence);
  });

  it.each([
    ['CMN-401', /permission Team Messaging/],
    ['CMN-402', /administrator/],
    ['CMN-408', /administrator/],
    ['CMN-109', /Compliance Exports is switched off/],
  ] as const)('that lack what %s says are told so', async (code, sentence) => {
    const rules: FaultRule[] = [
      { fault: { kind: 'forbidden', code }, routes: ['listTasks'], times: always },
    ];
    await using bench = await openWith({ faults: { rules } });
    const { failed } = await bench.run();
    expect(failed).toMatchObject({ misconfigured: true });
    expect(failed?.message).toMatch(sentence);
  });

  it('are never in what is logged', async () => {
    const rules: FaultRule[] = [
      { fault: { kind: 'broken', status: 503 }, times: 3 },
      { fault: { kind: 'throttled' }, times: 1 },
    ];
    await using bench = await openWith({ faults: { rules } });
    await bench.run({ window: lastDay });
    const written = bench.log.lines.join('\n');
    expect(written).not.toMatch(/simulated-|Bearer|Basic|https?:|Post \d/);
    expect(written).not.toBe('');
  });
});
