import { describe, expect } from 'vitest';
import { now } from '../../shared/connectors/pipeline.ts';
import type { Case } from '../cases.ts';
import {
  ann,
  bytesByKey,
  emailSaying,
  hoursAgo,
  plans,
  type StageRun,
} from '../stage.ts';
import type { ContractSubject } from '../subject.ts';
import { listedAgain, sayAllSorts, sayMany, spread } from '../talks.ts';

const smallPages = { items: 2 };
const deaths = 6;

export function describeRuns(subject: ContractSubject, test: Case): void {
  describe('a window', () => {
    test('that is read twice gives nothing the second time', [], async (open) => {
      const stage = await open();
      await sayAllSorts(stage, subject);
      const first = await stage.run();
      expect(first.emails.length).toBeGreaterThanOrEqual(8);
      expect(first).toMatchObject({ available: first.emails.length, reread: 0 });
      const second = await stage.run();
      const again = listedAgain(subject, first.available);
      expect(second.emails).toEqual([]);
      expect(second).toMatchObject({ available: again, reread: again, rejects: [] });
    });

    test('gives the same bytes on every machine', [], async (open) => {
      const [here, there] = [await open(), await open()];
      await sayAllSorts(here, subject);
      await sayAllSorts(there, subject);
      await here.run();
      there.later(1);
      await there.run();
      expect(bytesByKey(there.emails.values())).toEqual(bytesByKey(here.emails.values()));
    });

    test('without items is one page with zeros', [], async (open) => {
      const stage = await open();
      const { pages, failed, ...counts } = await stage.run();
      expect(failed).toBeUndefined();
      expect(pages).toHaveLength(1);
      expect(pages[0]).toMatchObject({ records: [], rejects: [], gaps: [] });
      expect(counts).toMatchObject({ available: 0, reread: 0 });
    });

    test('is half-open', ['windows'], async (open) => {
      const stage = await open();
      const window = { from: hoursAgo(5), to: hoursAgo(3) };
      const talk = plans();
      const times = [new Date(+window.from - 1000), window.from, window.to];
      await sayMany(stage, 3, { talk, at: (index) => times[index] ?? now });
      const { items } = await stage.run({ window });
      expect(items.map(({ text }) => text)).toMatchObject([
        expect.stringContaining('Item number 1.'),
      ]);
    });

    test('that touches the last one loses and doubles nothing', [], async (open) => {
      const stage = await open();
      const edge = hoursAgo(2);
      const times = [hoursAgo(3), edge, edge, hoursAgo(1)];
      await sayMany(stage, 4, { at: (index) => times[index] ?? now });
      await stage.run({ window: { from: hoursAgo(4), to: edge } });
      await stage.run({ window: { from: edge, to: now } });
      expect(stage.emails.size).toBe(4);
    });

    test(
      'is read again behind its beginning, for what came late',
      ['late items'],
      async (open) => {
        const stage = await open();
        const talk = plans();
        const overlap = subject.type.overlapHours;
        await sayMany(stage, 3, { talk, at: () => hoursAgo(overlap / 2 + 2) });
        const at = hoursAgo(overlap / 2 + 1);
        const text = 'This comes late.';
        await stage.say({ in: talk, by: ann, at, text, listedFrom: new Date(+now + 1) });
        const window = { from: hoursAgo(overlap + 3), to: now };
        expect((await stage.run({ window })).emails).toHaveLength(3);
        stage.later(1);
        const readFrom = hoursAgo(overlap);
        const next = { from: now, to: stage.clock.now() };
        const second = await stage.run({ window: next, readFrom });
        expect(second.emails).toHaveLength(1);
        expect(emailSaying(second.emails, text)).toBeDefined();
        expect(second).toMatchObject({ available: 4, reread: 3 });
        expect((await stage.run({ window: next, readFrom })).emails).toEqual([]);
      },
    );
  });

  describe('pages', () => {
    const edges = 'of one instant give each item once, whatever their size';
    test(edges, [], async (open) => {
      const whole = await open();
      await sayMany(whole, 5, { at: () => hoursAgo(2) });
      await whole.run();
      for (const items of [1, 2, 3]) {
        const stage = await open();
        await sayMany(stage, 5, { at: () => hoursAgo(2) });
        const { pages, available } = await stage.run({ limits: { items } });
        expect(available).toBe(5);
        expect(bytesByKey(stage.emails.values())).toEqual(
          bytesByKey(whole.emails.values()),
        );
        expect(pages.length).toBeGreaterThanOrEqual(5 / items);
        const sizes = pages.map(({ records }) => records.length);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(items);
      }
    });

    test('have each listed item sifted once', [], async (open) => {
      const stage = await open();
      await sayAllSorts(stage, subject);
      await stage.run({ limits: smallPages });
      const { sifted } = stage.pipeline;
      expect(sifted.length).toBeGreaterThanOrEqual(8);
      expect(new Set(sifted).size).toBe(sifted.length);
    });

    test(
      'go on in another process, after a page and after half of one',
      [],
      async (open) => {
        const calm = await open();
        await sayAllSorts(calm, subject);
        const { available } = await calm.run();
        for (const losesAnswers of [false, true]) {
          const stage = await open();
          await sayAllSorts(stage, subject);
          const limits = smallPages;
          const run = { limits, losesAnswers, beforePage: stage.restart };
          const outcome = await stage.run(run);
          expect(outcome.pages.length).toBeGreaterThanOrEqual(4);
          expect(outcome).toMatchObject({ available, reread: 0 });
          expect(bytesByKey(stage.emails.values())).toEqual(
            bytesByKey(calm.emails.values()),
          );
        }
      },
    );

    test(
      'of a run that was abandoned anywhere are completed by the next one',
      [],
      async (open) => {
        const calm = await open();
        await sayAllSorts(calm, subject);
        const { pages } = await calm.run({ limits: smallPages });
        for (let kept = 1; kept < pages.length; kept++) {
          const stage = await open();
          await sayAllSorts(stage, subject);
          const first: StageRun = await stage.run({ limits: smallPages, pages: kept });
          stage.restart();
          const second = await stage.run();
          const again = first.emails.length;
          expect(second.reread).toBeGreaterThanOrEqual(listedAgain(subject, again));
          expect(second.reread).toBeLessThanOrEqual(again);
          expect(bytesByKey(stage.emails.values())).toEqual(
            bytesByKey(calm.emails.values()),
          );
        }
      },
    );

    test(
      'of a process that died at whichever request are completed by the next one',
      [],
      async (open) => {
        const calm = await open();
        await sayAllSorts(calm, subject);
        await calm.run({ limits: smallPages });
        for (const request of spread(calm.requests(), deaths, 0.5)) {
          const stage = await open();
          await sayAllSorts(stage, subject);
          expect(await stage.diesAt(request, { limits: smallPages })).toBe(true);
          stage.restart();
          await stage.run();
          expect(bytesByKey(stage.emails.values()), `at request ${request}`).toEqual(
            bytesByKey(calm.emails.values()),
          );
        }
      },
    );
  });
}
