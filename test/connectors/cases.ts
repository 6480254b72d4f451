import { expect, it } from 'vitest';
import { openStage, type Stage, type StageOptions } from './stage.ts';
import type { Ability, ContractSubject } from './subject.ts';

type Open = (options?: StageOptions) => Promise<Stage>;

/** `needs`: what the source must be able to do; where it can't, the test says why and is skipped. */
export type Case = (
  title: string,
  needs: Ability[],
  body: (open: Open) => Promise<void>,
) => void;

/** What is true after each test, whatever it is about, is looked at here. */
export const createCase =
  (subject: ContractSubject): Case =>
  (title, needs, body) =>
    it(title, async ({ skip }) => {
      const lacked = needs.find((ability) => subject.lacks[ability] !== undefined);
      if (lacked !== undefined) skip(`no ${lacked}: ${subject.lacks[lacked]}`);
      const stages: { stage: Stage; options: StageOptions }[] = [];
      try {
        await body(async (options = {}) => {
          const stage = await openStage(subject, options);
          stages.push({ stage, options });
          return stage;
        });
        for (const { stage, options } of stages) inspect(stage, options);
      } finally {
        await Promise.all(stages.map(({ stage }) => stage.source.close()));
      }
    });

function inspect(stage: Stage, options: StageOptions): void {
  if (!options.problem) expect(stage.source.violations()).toEqual([]);
  const pages = [...stage.pipeline.kept.values()].map(({ page }) => page);
  const gaps = pages.flatMap((page) => page.gaps);
  const sentences = [
    ...pages.flatMap(({ rejects }) => rejects.map(({ reason }) => reason)),
    ...gaps.map(({ reason }) => reason),
    ...[...stage.emails.values()].flatMap(({ item }) =>
      item.missing.map(({ reason }) => reason),
    ),
  ];
  for (const sentence of sentences) expectSentence(sentence);
  for (const { retry } of gaps) expect(JSON.stringify(retry).length).toBeLessThan(30_000);
  expect(stage.log.lines.join('\n')).not.toMatch(/Bearer|https?:/);
  const written = [...stage.log.lines, ...sentences].join('\n');
  for (const secret of stage.confidential()) expect(written).not.toContain(secret);
}

export const expectSentence = (text: string): void =>
  expect(text).toMatch(/^[A-Z].*[.]$/s);
