import { type Calm, type Fate, fateOf, judge, type Trial, thingsGiven } from './judge.ts';
import { mutate } from './mutate.ts';
import { type Ending, play } from './play.ts';
import { createPost, type Post } from './post.ts';
import { createRandom, type Random } from './random.ts';
import type { Input, MutationSubject, Samples } from './subject.ts';

/** A case that should not have ended so; `--seed` and `--only` make it again. */
export interface Failure {
  seed: string;
  index: number;
  input: string;
  what: string;
  faults: string[];
}

export interface Report {
  fates: Record<Fate, number>;
  failures: Failure[];
}

/** Samples that have been read once, to be mutated. */
export interface Bench {
  subject: MutationSubject;
  samples: Samples;
  post: Post;
  calm: Calm;
}

export async function openBench(subject: MutationSubject): Promise<Bench> {
  const samples = await subject.samples();
  const post = createPost(subject.type.type, subject.people());
  const { ending } = await play(subject, samples, post);
  const things = await thingsGiven(subject, ending.given);
  return { subject, samples, post, calm: { ending, things } };
}

/** The case of this number: the same each time. */
export async function tryCase(
  { subject, samples, post, calm }: Bench,
  seed: string,
  index: number,
): Promise<{ trial: Trial; ending: Ending; fate: Fate; faults: string[] }> {
  const random = createRandom(`${seed} ${subject.name} ${index}`);
  const input = pickInput(samples.inputs, random);
  const { content, ...rest } = await mutate(input.bytes, random);
  const trial: Trial = { ...rest, input: { name: input.name, bytes: content } };
  const others = subject.alongWith?.(trial.input, samples.inputs) ?? [];
  const mutated = [trial.input, ...others];
  const { ending, mend } = await play(subject, samples, post, mutated);
  const faults = await judge(subject, calm, trial, ending);
  const later = ending.fault === undefined ? [] : lostForGood(calm, ending, await mend());
  return { trial, ending, fate: fateOf(calm, ending), faults: [...faults, ...later] };
}

/** Of what there is more to mutate, more is mutated, but not as much more. */
function pickInput(inputs: Input[], random: Random): Input {
  const byKind = Map.groupBy(inputs, ({ name }) => kindOf(name));
  const chances = [...byKind.values()].flatMap((alike) => {
    const bytes = alike.reduce((sum, input) => sum + input.bytes.length, 0);
    return Array<Input[]>(Math.ceil(Math.log2(1 + bytes / 100))).fill(alike);
  });
  return random.pick(random.pick(chances));
}

/** `GET /v1/messages/Y2lzY29z…` → `GET /v1/messages/*` */
const kindOf = (name: string): string =>
  name
    .replace(/[?].*$/, '')
    .replace(/[^/ ]*\d[^/]{9,}/g, '*')
    .replace(/[^/]*\.[a-z]+$/, '*');

/** What the source did not give while it failed, and did not give afterwards either. */
function lostForGood(calm: Calm, first: Ending, second: Ending): string[] {
  if (second.crash !== undefined || second.fault !== undefined) {
    return [`it does not recover: ${second.fault ?? String(second.crash)}`];
  }
  const found = [...first.emails.values(), ...second.emails.values()];
  const names = new Set([
    ...found.map(({ item }) => item.itemId),
    ...[...first.rows, ...second.rows, ...second.gaps].map(({ itemId }) => itemId),
  ]);
  return [...calm.ending.emails.values()]
    .filter(({ item }) => !names.has(item.itemId))
    .map(({ item }) => `${item.itemId} was not archived when the source was well again`);
}

/** So many cases, one after the other. */
export async function runCampaign(
  bench: Bench,
  seed: string,
  indexes: Iterable<number>,
  onFailure: (failure: Failure) => void = () => {},
): Promise<Report> {
  const fates = { 'as before': 0, email: 0, gap: 0, row: 0, 'source fault': 0 };
  const failures: Failure[] = [];
  for (const index of indexes) {
    const { trial, fate, faults } = await tryCase(bench, seed, index);
    fates[fate] += 1;
    if (faults.length === 0) continue;
    const { input, what } = trial;
    const failure = { seed, index, input: input.name, what, faults };
    failures.push(failure);
    onFailure(failure);
  }
  return { fates, failures };
}
