import { type Moment, moments } from './gateway.ts';
import { type Step, steps } from './steps.ts';

/**
 * How one life of the product ends: at a step, when it has met it so often, or at any moment.
 * `share`: the part of the run after which it is due, from 0 to 1.
 */
export type Death =
  | { kind: 'step'; step: Step; moment: Moment; nth: number; share: number }
  /** `afterMs` milliseconds after the start of the process, or after that share is reached. */
  | { kind: 'moment'; fromStart: boolean; afterMs: number; share: number };

/** Most of the kills that fall on named steps; the rest come at any moment. */
const shareOfSteps = 0.84;
const startMs = 2_500;
const soonMs = 300;
const mostSpared: Record<Step['phase'], number> = { fetch: 1, import: 8, end: 1 };

/** So many deaths, spread over the whole run; the same for the same seed. */
export function planDeaths(kills: number, random: () => number): Death[] {
  const every = steps.flatMap((step) =>
    momentsOf(step, random).map((moment) => ({ step, moment })),
  );
  const chosen = shuffled(every, random).slice(0, Math.round(kills * shareOfSteps));
  const atSteps = chosen.map(({ step, moment }): Death => {
    const nth = 1 + Math.floor(random() * mostSpared[step.phase]);
    return { kind: 'step', step, moment, nth, share: shareFor(step.phase, random) };
  });
  const others = Array.from({ length: kills - atSteps.length }, (): Death => {
    const fromStart = random() < 0.3;
    const afterMs = random() * (fromStart ? startMs : soonMs);
    return { kind: 'moment', fromStart, afterMs, share: random() };
  });
  const rank = (death: Death) =>
    death.kind === 'step'
      ? steps.indexOf(death.step) * moments.length + moments.indexOf(death.moment)
      : 0;
  return [...atSteps, ...others].toSorted(
    (a, b) => a.share - b.share || rank(a) - rank(b),
  );
}

/** What is met once is met again only by who died before it. */
function momentsOf({ isRare }: Step, random: () => number): readonly Moment[] {
  if (!isRare) return moments;
  const [before, ...after] = moments;
  return [before, ...shuffled(after, random).slice(0, 1)];
}

/** Steps of fetching are over early, and those of the end come late. */
function shareFor(phase: Step['phase'], random: () => number): number {
  if (phase === 'fetch') return 0;
  return phase === 'end' ? 1 : random();
}

function shuffled<T>(items: T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
