import { expect, it } from 'vitest';
import { isClean } from '../../local/chaos/report.ts';
import { runChaos } from '../../local/chaos/run.ts';

it('holds with two hosts on one storage, of which one or the other is frozen', {
  timeout: 120_000,
}, async () => {
  const result = await runChaos({
    // Longer than a lease of the functions host, which is 15 seconds.
    ...{ seed: 11, kills: 2, imports: 600, hosts: 2, freezesMs: [2_000, 16_000] },
    ...{ faultRate: 0.02, latencyMs: 100 },
  });
  expect(result.findings).toEqual(
    Object.fromEntries(Object.keys(result.findings).map((name) => [name, 0])),
  );
  expect(result.freezes).toBeGreaterThan(1);
  expect(result.maxInFlight).toBeLessThanOrEqual(4);
  expect(isClean(result)).toBe(true);
});
