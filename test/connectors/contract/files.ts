import { describe, expect } from 'vitest';
import { lastDay } from '../../shared/connectors/pipeline.ts';
import { type Case, expectSentence } from '../cases.ts';
import { ann, ben, emailSaying, hoursAgo, plans, type Stage } from '../stage.ts';
import type { FileFlaw, SaidFile } from '../subject.ts';

const content = 'The plan is this, and no other.';
const text = 'See the plan.';

/** An item with a file, and one without. */
async function sayWithFile(stage: Stage, file: Partial<SaidFile>): Promise<void> {
  const plan = { name: 'plan.txt', content, ...file };
  const talk = plans();
  await stage.say({ in: talk, by: ann, at: hoursAgo(2), text, file: plan });
  await stage.say({ in: talk, by: ben, at: hoursAgo(1), text: 'Thanks.' });
}

const filesOf = (stage: Stage) =>
  [...stage.emails.values()].flatMap(({ files }) => files);
const missingOf = (stage: Stage) =>
  [...stage.emails.values()].flatMap(({ item }) => item.missing);

const today = (stage: Stage) => ({
  window: { from: lastDay.from, to: stage.clock.now() },
});

export function describeFiles(test: Case): void {
  describe('a file', () => {
    test('rides in the email of its item', ['files'], async (open) => {
      const stage = await open();
      await sayWithFile(stage, {});
      await stage.run();
      const { item, files } = emailSaying(stage.emails.values(), text);
      expect(files).toEqual([content]);
      expect(item).toMatchObject({ files: [{ name: 'plan.txt' }], missing: [] });
    });

    for (const flaw of ['gone', 'refused'] as const) {
      test(
        `that is ${flaw} keeps its place by a sentence`,
        ['files', ability(flaw)],
        async (open) => {
          const stage = await open();
          await sayWithFile(stage, { flaw });
          await stage.run();
          await runTwiceAfterAWeek(stage);
          expect(emailSaying(stage.emails.values(), 'Thanks.')).toBeDefined();
          expect(emailSaying(stage.emails.values(), text).files).toEqual([]);
          expect(missingOf(stage)).toHaveLength(1);
          expectSentence(missingOf(stage)[0]?.reason ?? '');
          expect(stage.pipeline.gaps.size).toBe(0);
        },
      );
    }

    for (const flaw of ['locked', 'truncated', 'html'] as const) {
      const needs = ['files', ability(flaw)] as const;
      test(
        `that is ${flaw} is a gap, and comes later, whole and once`,
        [...needs],
        async (open) => {
          const stage = await open();
          await sayWithFile(stage, { flaw });
          await stage.run();
          expect(emailSaying(stage.emails.values(), 'Thanks.')).toBeDefined();
          expect(filesOf(stage)).toEqual([]);
          expect(stage.pipeline.gaps.size).toBe(1);
          const readers = [...stage.emails.values()].map((email) => email.readers);

          stage.later(24);
          await stage.source.mend?.();
          await stage.run(today(stage));
          expect(filesOf(stage)).toEqual([content]);
          expect(stage.pipeline.gaps.size).toBe(0);
          expect(emailSaying(stage.emails.values(), text)).toBeDefined();
          for (const { item, ...email } of stage.emails.values()) {
            expect(readers).toContainEqual(email.readers);
            expect(['created', 'supplemented']).toContain(item.event);
          }
          expect((await stage.run(today(stage))).emails).toEqual([]);
        },
      );

      test(
        `that stays ${flaw} is given up after a week, with a sentence`,
        [...needs],
        async (open) => {
          const stage = await open();
          await sayWithFile(stage, { flaw });
          await stage.run();
          await runTwiceAfterAWeek(stage);
          expect(stage.pipeline.gaps.size).toBe(0);
          expect(emailSaying(stage.emails.values(), text).item.missing).toHaveLength(1);
          expect(filesOf(stage)).toEqual([]);
        },
      );
    }

    for (const flaw of ['truncated', 'html'] as const) {
      test(
        `that is ${flaw} once is fetched again at once`,
        ['files', ability(flaw)],
        async (open) => {
          const stage = await open();
          await sayWithFile(stage, { flaw, flawTimes: 1 });
          await stage.run();
          expect(emailSaying(stage.emails.values(), text).files).toEqual([content]);
          expect(stage.pipeline.gaps.size).toBe(0);
        },
      );
    }
  });
}

const ability = (flaw: FileFlaw) => `a file that is ${flaw}` as const;

async function runTwiceAfterAWeek(stage: Stage): Promise<void> {
  stage.later(8 * 24);
  await stage.run(today(stage));
  expect((await stage.run(today(stage))).emails).toEqual([]);
}
