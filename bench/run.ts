import { benchCompose } from './compose.ts';
import { benchLimits } from './limits.ts';
import type { Measure } from './measure.ts';
import { benchMemory } from './memory.ts';
import { benchPipeline } from './pipeline.ts';
import { benchVendors } from './vendors.ts';

const benches: Record<string, () => Promise<Measure[]>> = {
  compose: benchCompose,
  pipeline: benchPipeline,
  limits: benchLimits,
  memory: benchMemory,
  vendors: benchVendors,
};

/** `npm run bench`, or `npm run bench -- compose` for one of them. */
const [only] = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (only && only !== name) continue;
  for (const measure of await bench()) {
    const value = `${measure.value.toFixed(2)} ${measure.unit}`;
    console.log(`${value.padStart(16)}  ${measure.target.padEnd(7)} ${measure.name}`);
  }
}
