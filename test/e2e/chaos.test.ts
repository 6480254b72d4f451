import { expect, it } from 'vitest';
import { isClean } from '../../local/chaos/report.ts';
import { runChaos } from '../../local/chaos/run.ts';

it('loses, doubles and misplaces nothing when killed at any step', {
  timeout: 120_000,
}, async () => {
  const result = await runChaos({
    ...{ seed: 7, kills: 8, imports: 200, hosts: 1, freezesMs: [] },
    ...{ faultRate: 0.02, latencyMs: 10 },
  });
  expect(result.findings).toEqual(
    Object.fromEntries(Object.keys(result.findings).map((name) => [name, 0])),
  );
  expect(result.complaints).toEqual([]);
  expect(result.kills).toBe(8);
  expect(isClean(result)).toBe(true);
});
