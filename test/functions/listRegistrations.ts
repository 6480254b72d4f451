import { globSync } from 'node:fs';
import path from 'node:path';
import { loadFunctions } from '../../local/functionsHost/core.ts';
import manifest from '../../package.json' with { type: 'json' };

/** Loads the built app as the Functions worker does, and prints what it registers. */
const files = globSync(manifest.main).map((file) => path.resolve(file));
const registrations = await loadFunctions(files);
const bindings = registrations.map(({ name, trigger, inputs }) => [
  name,
  [trigger.binding, ...inputs.values()],
]);
process.stdout.write(JSON.stringify(Object.fromEntries(bindings)));
