import { describe, expect } from 'vitest';
import { now } from '../../shared/connectors/pipeline.ts';
import type { Case } from '../cases.ts';
import { bytesByKey, type Email, type Stage } from '../stage.ts';
import { type ContractSubject, type Trouble, troubles } from '../subject.ts';
import { sayAllSorts } from '../talks.ts';

/** Requests between two places at which trouble is tried; each kind begins at another one. */
const stride = 3;
const fewestPlaces = 3;
/** More than anybody tries. */
const many = 12;

const lasting: Trouble[] = [
  '503',
  'a reset connection',
  'half an answer',
  'an expired token',
];

export function describeTroubles(subject: ContractSubject, test: Case): void {
  /** A stage where everything has been said, and the emails of a run without trouble. */
  async function prepare(open: () => Promise<Stage>) {
    const calm = await open();
    await sayAllSorts(calm, subject);
    await calm.run();
    const troubled = async () => {
      const stage = await open();
      await sayAllSorts(stage, subject);
      return stage;
    };
    return { expected: [...calm.emails.values()], troubled };
  }

  describe('a source in trouble', () => {
    for (const [index, trouble] of troubles.entries()) {
      const title = `with ${trouble}, at whichever request, changes no email`;
      test(title, [trouble], async (open) => {
        const { expected, troubled } = await prepare(open);
        let places = 0;
        for (let after = index % stride; ; after += stride) {
          const stage = await troubled();
          const struck = stage.source.strike?.(trouble, { after, times: 1 });
          const { failed } = await stage.run();
          expect(failed, `at request ${after}`).toBeUndefined();
          expect(bytesByKey(stage.emails.values())).toEqual(bytesByKey(expected));
          if (!struck?.()) break;
          if (trouble.startsWith('429'))
            expect(waited(stage)).toBeGreaterThanOrEqual(1000);
          places += 1;
        }
        expect(places).toBeGreaterThanOrEqual(fewestPlaces);
      });
    }

    for (const [index, trouble] of lasting.entries()) {
      const title = `with ${trouble} many times over, at whichever request, costs nothing in the end`;
      test(title, [trouble], async (open) => {
        const { expected, troubled } = await prepare(open);
        for (let after = index % stride; ; after += stride) {
          const stage = await troubled();
          const struck = stage.source.strike?.(trouble, { after, times: many });
          await runOrThrow(stage);
          const isOver = !struck?.();
          stage.source.calm?.();
          stage.later(1);
          await stage.run();
          await stage.run();
          const what = `at request ${after}`;
          expect(fatesOf(stage.emails.values()), what).toEqual(fatesOf(expected));
          expect(stage.pipeline.gaps.size, what).toBe(0);
          if (isOver) break;
        }
      });
    }

    const down = 'that does not end never makes a window look read';
    test(down, ['503'], async (open) => {
      const { expected, troubled } = await prepare(open);
      const stage = await troubled();
      stage.source.strike?.('503', { after: 0, times: Number.POSITIVE_INFINITY });
      const outcome = await runOrThrow(stage);
      if (outcome) expect(outcome.failed).toBeDefined();
      expect(stage.emails.size).toBe(0);
      stage.source.calm?.();
      await stage.run();
      expect(bytesByKey(stage.emails.values())).toEqual(bytesByKey(expected));
    });
  });
}

const waited = (stage: Stage): number => +stage.clock.now() - +now;

/** What is thrown means that the page is asked for again, later. */
async function runOrThrow(stage: Stage) {
  try {
    return await stage.run();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return undefined;
  }
}

/** Each item with its readers, and all files, wherever they came in the end. */
function fatesOf(emails: Iterable<Email>) {
  const all = [...emails];
  const items = all
    .filter(({ item }) => item.event !== 'supplemented')
    .map(({ item, readers }) => `${item.key} ${item.text} ${readers}`);
  return { items: items.sort(), files: all.flatMap(({ files }) => files).sort() };
}
