import { describe, expect } from 'vitest';
import type { Case } from '../cases.ts';
import { bytesByKey } from '../stage.ts';
import { type ContractSubject, troubles } from '../subject.ts';
import { sayAllSorts } from '../talks.ts';

/** Requests between two places at which trouble is tried; each kind begins at another one. */
const stride = 3;
const fewestPlaces = 3;

export function describeTroubles(subject: ContractSubject, test: Case): void {
  describe('a source in trouble', () => {
    for (const [index, trouble] of troubles.entries()) {
      test(
        `with ${trouble}, at whichever request, changes no email`,
        [trouble],
        async (open) => {
          const calm = await open();
          await sayAllSorts(calm, subject);
          await calm.run();
          let places = 0;
          for (let after = index % stride; ; after += stride) {
            const stage = await open();
            await sayAllSorts(stage, subject);
            const struck = stage.source.strike?.(trouble, { after, times: 1 });
            const { failed } = await stage.run();
            expect(failed, `at request ${after}`).toBeUndefined();
            expect(bytesByKey(stage.emails.values())).toEqual(
              bytesByKey(calm.emails.values()),
            );
            if (!struck?.()) break;
            places += 1;
          }
          expect(places).toBeGreaterThanOrEqual(fewestPlaces);
        },
      );
    }

    const down = 'that does not end never makes a window look read, and costs nothing';
    test(down, ['503'], async (open) => {
      const calm = await open();
      await sayAllSorts(calm, subject);
      await calm.run();
      const stage = await open();
      await sayAllSorts(stage, subject);
      stage.source.strike?.('503', { after: 0, times: Number.POSITIVE_INFINITY });
      const broken = await stage.run().catch((error: unknown) => error);
      if (!(broken instanceof Error)) expect(broken).toHaveProperty('failed.message');
      expect(stage.emails.size).toBe(0);
      stage.source.calm?.();
      await stage.run();
      expect(bytesByKey(stage.emails.values())).toEqual(bytesByKey(calm.emails.values()));
    });
  });
}
