import type { ChaosResult } from './run.ts';
import { steps } from './steps.ts';

/** True if nothing was found that must not be. */
export const isClean = ({ findings }: ChaosResult): boolean =>
  Object.values(findings).every((found) => found === 0);

/** What was done to the product, and what came of it, as a table. */
export function chaosTable(result: ChaosResult): string {
  const atSteps = new Map<string, number>();
  for (const [name, times] of result.struck) {
    const step = name.split(',')[0] ?? '';
    atSteps.set(step, (atSteps.get(step) ?? 0) + times);
  }
  const never = steps.filter(({ name }) => !atSteps.has(name)).map(({ name }) => name);
  return [
    heading('killed'),
    ...lines([...atSteps]),
    ...lines([['in all', result.kills]]),
    ...(never.length > 0 ? [`  never at: ${never.join(', ')}`] : []),
    heading('faults of Microsoft Graph'),
    ...lines(Object.entries(result.faults)),
    heading('done'),
    ...lines([
      ['copies due', result.copies],
      ['runs repeated', result.reruns],
      ['processes frozen', result.freezes],
      ['most requests at a time into a mailbox', result.maxInFlight],
      ['seconds', Math.round(result.seconds)],
    ]),
    heading('must be 0'),
    ...lines(Object.entries(result.findings)),
    ...result.complaints,
  ].join('\n');
}

const width = 42;
const heading = (text: string): string => `\n${text}`;
const lines = (rows: [string, number][]): string[] =>
  rows.map(([name, value]) => `  ${name.padEnd(width)}${String(value).padStart(6)}`);
