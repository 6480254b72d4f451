import { describe, expect, test } from 'vitest';
import { openBench, runCampaign } from './campaign.ts';
import { mutationSubjects } from './subjects.ts';

/** `npm run mutations` tries 10,000 of each vendor; these are the first of another seed. */
const seed = 'short';
const cases = Array.from({ length: 40 }, (_, index) => index);

describe('mutated samples', () => {
  test.each(mutationSubjects)(
    'of $name all end as an email, a gap, a row with a reason, or a fault of the source',
    async (subject) => {
      const { failures, fates } = await runCampaign(
        await openBench(subject),
        seed,
        cases,
      );
      expect(failures).toEqual([]);
      expect(Object.values(fates).reduce((sum, one) => sum + one)).toBe(cases.length);
    },
  );

  test.each(mutationSubjects)('of $name end the same each time', async (subject) => {
    const [one, other] = [await openBench(subject), await openBench(subject)];
    const few = cases.slice(0, 5);
    expect(await runCampaign(one, seed, few)).toEqual(
      await runCampaign(other, seed, few),
    );
  });
});
