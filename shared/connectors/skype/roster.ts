import { z } from 'zod';
import type { ChatEvent, Sender } from './complianceEvent.ts';

const personSchema = z.object({
  uri: z.string().optional(),
  number: z.string().optional(),
  name: z.string().optional(),
  address: z.string().optional(),
});

/** Who came to a room and left it, as all files so far have told. */
export const rosterSchema = z.object({
  uri: z.string(),
  people: z.array(personSchema),
  /**
   * Pairs of microseconds since 1970, and a step: the person's position times four, plus what
   * they did. In order.
   */
  steps: z.array(z.number()),
  /** What came before is not kept any more. */
  knownFrom: z.number().optional(),
});
export type Roster = z.infer<typeof rosterSchema>;

/** Who leaves and joins at one instant is in. */
export const deeds = { left: 0, seen: 1, joined: 2 } as const;
const deedsEach = 4;

const mostSteps = 250_000;

export interface RosterStep {
  micros: number;
  deed: number;
  sender: Sender;
}

export const emptyRoster = (uri: string): Roster => ({ uri, people: [], steps: [] });

/** Whoever does something in a room is in it. */
export function stepOf({ type, time, sender }: ChatEvent): RosterStep | undefined {
  if (!time || !sender) return undefined;
  const deed = type === 'PART' ? deeds.left : type === 'JOIN' ? deeds.joined : deeds.seen;
  return { micros: time.micros, deed, sender };
}

/** The same steps again change nothing, in whatever order they come. */
export function withSteps(roster: Roster, steps: RosterStep[]): Roster {
  const people = roster.people.map((person) => ({ ...person }));
  const pairs = pairsOf(roster.steps);
  const byUri = new Map(people.map(({ uri }, at) => [uri, at]));
  const byNumber = new Map(people.map(({ number }, at) => [number, at]));
  for (const { micros, deed, sender } of steps) {
    const { uri, number } = sender;
    const known =
      uri !== undefined
        ? (byUri.get(uri) ?? namelessOf(people, byNumber, number))
        : byNumber.get(number);
    const at = known ?? people.length;
    people[at] = { ...people[at], ...sender };
    if (uri !== undefined) byUri.set(uri, at);
    if (number !== undefined && !byNumber.has(number)) byNumber.set(number, at);
    pairs.push([micros, at * deedsEach + deed]);
  }
  return shortened({ ...roster, people, steps: tidy(pairs) });
}

/** Somebody whom only a number named so far. */
function namelessOf(
  people: Sender[],
  byNumber: Map<string | undefined, number>,
  number: string | undefined,
): number | undefined {
  const at = number === undefined ? undefined : byNumber.get(number);
  return at !== undefined && people[at]?.uri === undefined ? at : undefined;
}

type Pair = [micros: number, step: number];

const pairsOf = (steps: number[]): Pair[] =>
  Array.from({ length: steps.length / 2 }, (_, at) => [
    steps[2 * at] ?? 0,
    steps[2 * at + 1] ?? 0,
  ]);

const personIn = (step: number): number => Math.floor(step / deedsEach);
const deedIn = (step: number): number => step % deedsEach;

/** In order, each once; who was seen again while they were in needs no word. */
function tidy(pairs: Pair[]): number[] {
  pairs.sort(
    ([time, step], [otherTime, other]) =>
      time - otherTime || deedIn(step) - deedIn(other) || step - other,
  );
  const last = new Map<number, number>();
  const steps: number[] = [];
  let before: Pair | undefined;
  for (const pair of pairs) {
    const [micros, step] = pair;
    const person = personIn(step);
    const isAgain = before?.[0] === micros && before[1] === step;
    const isStill = deedIn(step) === deeds.seen && (last.get(person) ?? deeds.left) > 0;
    before = pair;
    if (isAgain || isStill) continue;
    last.set(person, deedIn(step));
    steps.push(micros, step);
  }
  return steps;
}

/** The older half becomes who was in at its end. */
function shortened(roster: Roster): Roster {
  if (roster.steps.length / 2 <= mostSteps) return roster;
  const half = 2 * Math.floor(roster.steps.length / 4);
  const knownFrom = roster.steps[half] ?? 0;
  const inside = membersAt(roster, knownFrom);
  const standing = inside.flatMap((at) => [knownFrom, at * deedsEach + deeds.joined]);
  const later = roster.steps.slice(half).flatMap((value, at, steps) => {
    const isPair = at % 2 === 0 && value > knownFrom;
    return isPair ? [value, steps[at + 1] ?? 0] : [];
  });
  return { ...roster, knownFrom, steps: [...standing, ...later] };
}

/** Who was in at an instant, by position: a stay is half-open. */
export function membersAt({ steps }: Pick<Roster, 'steps'>, micros: number): number[] {
  const inside = new Set<number>();
  for (let at = 0; at < steps.length && (steps[at] ?? 0) <= micros; at += 2) {
    const step = steps[at + 1] ?? 0;
    if (deedIn(step) === deeds.left) inside.delete(personIn(step));
    else inside.add(personIn(step));
  }
  return [...inside];
}

/**
 * Tells whether others than those known may have been in at an instant: it lies before what is
 * known, the author was never seen to join, or somebody did something afterwards who was never
 * seen to join before that.
 */
export function createDoubts(
  roster: Roster,
): (micros: number, author: Sender) => boolean {
  const { people, steps, knownFrom = Number.NEGATIVE_INFINITY } = roster;
  const met = new Set<number>();
  const joined = new Map<number, number>();
  let doubtfulUntil = knownFrom;
  for (const [micros, step] of pairsOf(steps)) {
    const person = personIn(step);
    const isJoin = deedIn(step) === deeds.joined;
    if (!met.has(person) && !isJoin) doubtfulUntil = Math.max(doubtfulUntil, micros);
    met.add(person);
    if (isJoin && !joined.has(person)) joined.set(person, micros);
  }
  return (micros, author) => {
    const since = joined.get(positionOf(people, author));
    return micros < doubtfulUntil || since === undefined || since > micros;
  };
}

export function positionOf(people: Sender[], { uri, number }: Sender): number {
  const byUri = uri === undefined ? -1 : people.findIndex((one) => one.uri === uri);
  if (byUri >= 0 || number === undefined) return byUri;
  return people.findIndex(
    (one) => one.number === number && (uri === undefined || one.uri === undefined),
  );
}

/** What a page needs of a roster: those who were in at its beginning, and who came and went. */
export function sliceOf(roster: Roster, from: number, to: number): Roster {
  const inside = membersAt(roster, from);
  const moves = pairsOf(roster.steps).filter(([micros]) => micros > from && micros <= to);
  const needed = [...new Set([...inside, ...moves.map(([, step]) => personIn(step))])];
  const place = new Map(needed.map((person, at) => [person, at]));
  const moved = (step: number) =>
    (place.get(personIn(step)) ?? 0) * deedsEach + deedIn(step);
  return {
    uri: roster.uri,
    people: needed.map((person) => roster.people[person] ?? {}),
    steps: [
      ...inside.flatMap((person) => [
        from,
        (place.get(person) ?? 0) * deedsEach + deeds.joined,
      ]),
      ...moves.flatMap(([micros, step]) => [micros, moved(step)]),
    ],
  };
}
