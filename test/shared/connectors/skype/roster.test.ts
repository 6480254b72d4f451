import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createDoubts,
  deeds,
  emptyRoster,
  membersAt,
  type Roster,
  type RosterStep,
  sliceOf,
  withSteps,
} from '../../../../shared/connectors/skype/roster.ts';

const step = fc.record({
  micros: fc.integer({ min: 1, max: 40 }),
  deed: fc.constantFrom(deeds.left, deeds.seen, deeds.joined),
  sender: fc.constantFrom('ann', 'ben', 'cat', 'dan').map((uri) => ({ uri })),
});

const namesAt = (roster: Roster, micros: number) =>
  membersAt(roster, micros)
    .map((at) => roster.people[at]?.uri)
    .sort();

const instants = Array.from({ length: 42 }, (_, micros) => micros);

/** Who was in, by the last thing that each did: what a roster must come to. */
function plainly(steps: RosterStep[], micros: number): string[] {
  const last = new Map<string, RosterStep>();
  for (const one of steps) {
    const name = one.sender.uri ?? '';
    const before = last.get(name);
    if (one.micros > micros) continue;
    const isLater =
      !before ||
      one.micros > before.micros ||
      (one.micros === before.micros && one.deed > before.deed);
    if (isLater) last.set(name, one);
  }
  return [...last].flatMap(([name, { deed }]) => (deed > 0 ? [name] : [])).sort();
}

describe('a roster', () => {
  it('is the same in whatever order, pieces and repetitions its steps come', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(), (steps, cut) => {
        const middle = steps.length === 0 ? 0 : cut % steps.length;
        const pieces = [steps.slice(middle), steps.slice(0, middle), steps];
        const roster = pieces.reduce(withSteps, emptyRoster('room'));
        for (const micros of instants) {
          expect(namesAt(roster, micros)).toEqual(plainly(steps, micros));
        }
      }),
    );
  });

  it('is the same in a slice of it', () => {
    fc.assert(
      fc.property(fc.array(step), fc.nat(40), fc.nat(40), (steps, one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const roster = withSteps(emptyRoster('room'), steps);
        const slice = sliceOf(roster, from, to);
        for (let micros = from; micros <= to; micros++) {
          expect(namesAt(slice, micros)).toEqual(namesAt(roster, micros));
        }
      }),
    );
  });

  it('that grows too long forgets its older half, and says from when it knows', () => {
    const joins = [{ micros: 0, deed: deeds.joined, sender: { uri: 'ann' } }];
    const come = Array.from({ length: 260_000 }, (_, at) => ({
      ...{ micros: at + 1, deed: at % 2 === 0 ? deeds.joined : deeds.left },
      sender: { uri: 'ben' },
    }));
    const roster = withSteps(emptyRoster('room'), [...joins, ...come]);
    expect(roster.steps.length / 2).toBeLessThan(140_000);
    const isDoubtful = createDoubts(roster);
    expect(isDoubtful(1000, { uri: 'ann' })).toBe(true);
    expect(isDoubtful(259_999, { uri: 'ann' })).toBe(false);
    expect(namesAt(roster, 260_001)).toEqual(['ann']);
    expect(namesAt(roster, 259_999)).toEqual(['ann', 'ben']);
  });
});
