import { parseArgs } from 'node:util';
import { type Failure, openBench, runCampaign } from './campaign.ts';
import { mutationSubjects } from './subjects.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '10000' },
    vendor: { type: 'string' },
    /** The one case of this number, to look at a failure. */
    only: { type: 'string' },
  },
});

const show = ({ index, input, what, faults }: Failure): void => {
  console.error(
    `--seed ${values.seed} --only ${index}: ${what}, in ${input.slice(0, 120)}`,
  );
  for (const fault of faults.slice(0, 5)) console.error(`    ${fault.slice(0, 1000)}`);
};

const subjects = mutationSubjects.filter(
  ({ name }) => values.vendor === undefined || name === values.vendor,
);
if (subjects.length === 0) throw new Error(`There is no vendor "${values.vendor}".`);
const indexes =
  values.only !== undefined
    ? [Number(values.only)]
    : Array.from({ length: Number(values.count) }, (_, index) => index);
const table = [];
for (const subject of subjects) {
  const start = performance.now();
  const bench = await openBench(subject);
  const { fates, failures } = await runCampaign(bench, values.seed, indexes, show);
  const seconds = Math.round((performance.now() - start) / 1000);
  const inputs = indexes.length;
  table.push({
    vendor: subject.name,
    inputs,
    ...fates,
    failures: failures.length,
    seconds,
  });
}
console.table(table);
process.exitCode = table.some(({ failures }) => failures > 0) ? 1 : 0;
