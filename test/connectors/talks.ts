import { minutesAgo } from '../shared/connectors/pipeline.ts';
import { ann, ben, cat, hoursAgo, plans, type Stage } from './stage.ts';
import type { ContractSubject, Said, Talk } from './subject.ts';

/** So many items of one conversation, a minute apart. */
export async function sayMany(
  stage: Stage,
  count: number,
  options: { talk?: Talk; first?: number; at?: (index: number) => Date } = {},
): Promise<Said[]> {
  const { talk = plans(), first = 0, at = (index) => minutesAgo(120 - index) } = options;
  const said: Said[] = [];
  for (let index = first; index < first + count; index++) {
    const by = index % 2 === 0 ? ann : ben;
    const one = { in: talk, by, at: at(index), text: `Item number ${index}.` };
    said.push(await stage.say(one));
  }
  return said;
}

/** A bit of everything that this source can do: nine items, as a rule. */
export async function sayAllSorts(stage: Stage, subject: ContractSubject): Promise<void> {
  const { lacks } = subject;
  const talk = plans();
  const said = await sayMany(stage, 4, { talk });
  const at = hoursAgo(1);
  await sayMany(stage, 3, { talk, first: 4, at: () => at });
  const file = { name: 'plan.txt', content: 'The plan is this.' };
  const text = 'Here it is.';
  await stage.say({ in: talk, by: ben, at, text, ...(!lacks.files && { file }) });
  const [first, second] = said;
  if (first && !lacks.edits) {
    await stage.source.edit?.(first, { at: minutesAgo(30), text: 'Rather this.' });
  }
  if (second && !lacks.deletions) {
    await stage.source.remove?.(second, minutesAgo(20), cat);
  }
}

/** Of so many items that were archived, how many a later run of the same window lists again. */
export const listedAgain = ({ lacks }: ContractSubject, items: number): number =>
  lacks['items that are listed again'] === undefined ? items : 0;

/** So many of a run's requests, spread evenly; each `variant`, from 0 to 1, has others. */
export function spread(requests: number, count: number, variant: number): number[] {
  const places = Math.min(requests, count);
  const step = requests / places;
  return Array.from({ length: places }, (_, at) => Math.floor((at + variant) * step));
}
