import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Look,
  type Roster,
  rosterAt,
  withLook,
  withTraces,
} from '../../../../shared/connectors/ringcentral/roster.ts';

const day = (days: number, hours = 0): string =>
  new Date(Date.UTC(2026, 2, 1 + days, hours)).toISOString();

const look = (days: number, ids: string[], changed?: string): Look => ({
  ...{ ids, from: day(days), to: day(days, 1), changed },
});

const readersAt = (roster: Roster, at: string) => rosterAt(roster, at).ids;

describe('who was in a chat', () => {
  const first = withLook(undefined, look(1, ['a', 'b']));

  it('are those of the first look, for whatever was said before it', () => {
    expect(rosterAt(first, day(0))).toEqual({ ids: ['a', 'b'], isUnsure: false });
  });

  it('is somebody new from the look that finds them on, and perhaps before it', () => {
    const roster = withLook(first, look(3, ['a', 'b', 'c']));
    expect(rosterAt(roster, day(0))).toEqual({ ids: ['a', 'b'], isUnsure: false });
    expect(rosterAt(roster, day(2))).toEqual({ ids: ['a', 'b'], isUnsure: true });
    expect(rosterAt(roster, day(3, 1))).toEqual({
      ids: ['a', 'b', 'c'],
      isUnsure: false,
    });
  });

  it('is somebody new since the chat last changed, where that is told', () => {
    const roster = withLook(first, look(3, ['a', 'b', 'c'], day(2, 6)));
    expect(readersAt(roster, day(2, 5))).toEqual(['a', 'b']);
    expect(rosterAt(roster, day(2, 6))).toEqual({
      ids: ['a', 'b', 'c'],
      isUnsure: false,
    });
  });

  it('is not told by a chat that does not say that it changed', () => {
    const roster = withLook(first, look(3, ['a', 'b', 'c'], day(0)));
    expect(readersAt(roster, day(2))).toEqual(['a', 'b']);
  });

  it('is somebody who left up to the last look with them', () => {
    const roster = withLook(first, look(3, ['a']));
    expect(readersAt(roster, day(1))).toEqual(['a', 'b']);
    expect(rosterAt(roster, day(2))).toEqual({ ids: ['a'], isUnsure: true });
    expect(rosterAt(roster, day(3, 2))).toEqual({ ids: ['a'], isUnsure: false });
  });

  it('is somebody who came back, and not in between', () => {
    const gone = withLook(first, look(3, ['a']));
    const back = withLook(gone, look(5, ['a', 'b']));
    expect(readersAt(back, day(1))).toEqual(['a', 'b']);
    expect(readersAt(back, day(4))).toEqual(['a']);
    expect(readersAt(back, day(6))).toEqual(['a', 'b']);
  });

  it('is told by what they wrote', () => {
    const roster = withLook(withLook(first, look(3, ['a', 'c'])), look(3, ['a', 'c']));
    const traces = new Map([
      ['c', { first: day(2, 3), last: day(2, 9) }],
      ['b', { first: day(1, 2), last: day(1, 8) }],
    ]);
    const told = withTraces(roster, traces);
    expect(readersAt(told, day(2, 2))).toEqual(['a']);
    expect(readersAt(told, day(2, 4))).toEqual(['a', 'c']);
    expect(readersAt(told, day(1, 7))).toEqual(['a', 'b']);
    expect(readersAt(told, day(1, 9))).toEqual(['a']);
  });

  it('comes to the same when a look is taken twice, and nobody is ever in too early', () => {
    const people = fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 });
    fc.assert(
      fc.property(fc.array(people, { minLength: 1, maxLength: 6 }), (looks) => {
        let roster: Roster | undefined;
        for (const [index, ids] of looks.entries()) {
          const here = look(index * 2, ids);
          const before = roster;
          roster = withLook(roster, here);
          expect(withLook(roster, here)).toEqual(roster);
          expect(readersAt(roster, day(index * 2, 2))).toEqual([...ids].sort());
          if (!before) continue;
          const between = rosterAt(roster, day(index * 2 - 1));
          for (const id of between.ids) {
            expect(ids).toContain(id);
            expect(looks[index - 1]).toContain(id);
          }
        }
      }),
    );
  });
});
