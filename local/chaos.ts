import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ConfigurationError, messageOf } from '../shared/errors.ts';
import { chaosTable, isClean } from './chaos/report.ts';
import { runChaos } from './chaos/run.ts';

const schema = z.object({
  kills: z.coerce.number().int().nonnegative().default(100),
  seed: z.coerce.number().int().default(1),
  imports: z.coerce.number().int().positive().default(3_000),
  hosts: z.enum(['1', '2'], '--hosts must be 1 or 2.').default('1'),
  faults: z.coerce.number().min(0).max(0.2).default(0.05),
  latency: z.coerce.number().nonnegative().default(20),
});

/** Longer than a mailbox's lease of a minute, every now and then. */
const freezesMs = [3_000, 20_000, 1_000, 70_000];

/** `npm run chaos -- --kills 100 --seed N`: exit code 0 only if nothing is lost or doubled. */
async function main(): Promise<number> {
  const options = { type: 'string' as const };
  const { values } = parseArgs({
    options: Object.fromEntries(Object.keys(schema.shape).map((name) => [name, options])),
  });
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    throw new ConfigurationError(parsed.error.issues.map((issue) => issue.message));
  }
  const { kills, seed, imports, hosts, faults, latency } = parsed.data;
  const result = await runChaos({
    ...{ kills, seed, imports, freezesMs, faultRate: faults, latencyMs: latency },
    hosts: hosts === '2' ? 2 : 1,
    onLife: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`seed ${seed}\n${chaosTable(result)}\n`);
  return isClean(result) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
