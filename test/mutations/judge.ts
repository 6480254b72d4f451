import { audienceFaults } from './audience.ts';
import { shrunkEmails } from './contents.ts';
import { stranger } from './oddities.ts';
import type { Ending } from './play.ts';
import { missingThings } from './presence.ts';
import type { Input, MutationSubject, Thing } from './subject.ts';

/** What is known of the samples as they are. */
export interface Calm {
  ending: Ending;
  things: Thing[];
}

/** One mutated input, and what was done to it. */
export interface Trial {
  input: Input;
  what: string;
  takesAway?: boolean;
  isBlind?: boolean;
}

/** How the mutated input ended. */
export type Fate = 'as before' | 'email' | 'gap' | 'row' | 'source fault';

/** All things that were given out to the connector, each once. */
export async function thingsGiven(
  subject: MutationSubject,
  given: Input[],
): Promise<Thing[]> {
  const inputs = new Map(given.map((input) => [input.name, input]));
  const lists = await Promise.all(
    [...inputs.values()].map((one) => subject.thingsIn(one, given)),
  );
  return [...new Map(lists.flat().map((thing) => [thing.content, thing])).values()];
}

/** Why this ending is wrong: nothing, if it is not. */
export async function judge(
  subject: MutationSubject,
  calm: Calm,
  trial: Trial,
  ending: Ending,
): Promise<string[]> {
  if (ending.crash !== undefined) return [`it crashed: ${describe(ending.crash)}`];
  const things = await thingsGiven(subject, ending.given);
  const faults = [...ending.emails.values()].flatMap(({ item, faults }) =>
    faults.map((fault) => `the email of ${item.itemId} has ${fault}`),
  );
  return [
    ...faults,
    ...sentences(ending),
    ...audienceFaults(subject, calm, trial, ending),
    ...(trial.takesAway ? [] : shrunkEmails(calm, ending)),
    ...(ending.fault === undefined ? missingThings(calm, things, ending) : []),
  ];
}

export function fateOf(calm: Calm, ending: Ending): Fate {
  if (ending.fault !== undefined) return 'source fault';
  const isNew = (known: { key: string }[]) => {
    const keys = new Set(known.map(({ key }) => key));
    return ({ key }: { key: string }) => !keys.has(key);
  };
  if (ending.rows.some(isNew(calm.ending.rows))) return 'row';
  if (ending.gaps.some(isNew(calm.ending.gaps))) return 'gap';
  const isSame = ({ emails }: Ending) =>
    emails.size === calm.ending.emails.size &&
    [...emails].every(([key, { says }]) => calm.ending.emails.get(key)?.says === says);
  return isSame(ending) ? 'as before' : 'email';
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** What administrators read: sentences, without anything of what was mutated. */
function sentences({ rows, gaps, fault, log }: Ending): string[] {
  const reasons = [...rows, ...gaps].map(({ reason }) => reason);
  const all = [...reasons, ...log, ...(fault === undefined ? [] : [fault])];
  const leaks = all.filter(
    (text) => text.includes(stranger) || /<script|\[2J/.test(text),
  );
  const stumps = [...reasons, ...(fault === undefined ? [] : [fault])].filter(
    (text) => !/^["A-Z].*[.!?]$/s.test(text) || text.length > 1200,
  );
  return [
    ...leaks.map((text) => `content in a sentence: ${text.slice(0, 300)}`),
    ...stumps.map((text) => `no sentence: ${text.slice(0, 300)}`),
  ];
}
