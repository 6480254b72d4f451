import { describe, expect } from 'vitest';
import { now } from '../../shared/connectors/pipeline.ts';
import type { Case } from '../cases.ts';
import { bytesByKey, type Email, type Stage } from '../stage.ts';
import { type ContractSubject, type Trouble, troubles } from '../subject.ts';
import { sayAllSorts, spread } from '../talks.ts';

/** At so many requests of a run each kind of trouble is tried. */
const places = 4;
/** More than anybody tries. */
const many = 12;

const lasting: Trouble[] = [
  '429 with an hour',
  '429 with nothing',
  '503',
  'a reset connection',
  'half an answer',
  'an expired token',
];

/** What a run without trouble comes to. */
interface Calm {
  emails: Email[];
  requests: number;
}

export function describeTroubles(subject: ContractSubject, test: Case): void {
  const kinds = troubles.length;
  let calm: Promise<Calm> | undefined;

  async function calmRun(open: () => Promise<Stage>): Promise<Calm> {
    const stage = await stageOf(open);
    await stage.run();
    return { emails: [...stage.emails.values()], requests: stage.requests() };
  }

  async function stageOf(open: () => Promise<Stage>): Promise<Stage> {
    const stage = await open();
    await sayAllSorts(stage, subject);
    return stage;
  }

  const expected = (open: () => Promise<Stage>): Promise<Calm> => {
    calm ??= calmRun(open);
    return calm;
  };

  describe('a source in trouble', () => {
    for (const [index, trouble] of troubles.entries()) {
      const title = `with ${trouble}, at whichever request, changes no email`;
      test(title, [trouble], async (open) => {
        const { emails, requests } = await expected(open);
        let struckAt = 0;
        const tried = spread(requests, places, index / kinds);
        for (const after of tried) {
          const stage = await stageOf(open);
          const struck = stage.source.strike?.(trouble, { after, times: 1 });
          const { failed } = await stage.run();
          expect(failed, `at request ${after}`).toBeUndefined();
          expect(bytesByKey(stage.emails.values())).toEqual(bytesByKey(emails));
          if (!struck?.()) continue;
          struckAt += 1;
          if (trouble.startsWith('429'))
            expect(waited(stage)).toBeGreaterThanOrEqual(1000);
        }
        expect(struckAt).toBeGreaterThanOrEqual(tried.length / 2);
      });
    }

    for (const [index, trouble] of lasting.entries()) {
      const title = `with ${trouble} many times over, at whichever request, costs nothing in the end`;
      test(title, [trouble], async (open) => {
        const { emails, requests } = await expected(open);
        for (const after of spread(requests, places, index / lasting.length)) {
          const stage = await stageOf(open);
          stage.source.strike?.(trouble, { after, times: many });
          await runOrThrow(stage);
          stage.source.calm?.();
          stage.later(1);
          await stage.run();
          await stage.run();
          const what = `at request ${after}`;
          expect(fatesOf(stage.emails.values()), what).toEqual(fatesOf(emails));
          expect(stage.pipeline.gaps.size, what).toBe(0);
        }
      });
    }

    const down = 'that does not end never makes a window look read';
    test(down, ['503'], async (open) => {
      const { emails } = await expected(open);
      const stage = await stageOf(open);
      stage.source.strike?.('503', { after: 0, times: Number.POSITIVE_INFINITY });
      const outcome = await runOrThrow(stage);
      if (outcome) expect(outcome.failed).toBeDefined();
      expect(stage.emails.size).toBe(0);
      stage.source.calm?.();
      await stage.run();
      expect(bytesByKey(stage.emails.values())).toEqual(bytesByKey(emails));
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
