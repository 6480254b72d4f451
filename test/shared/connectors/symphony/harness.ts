import { newKeyPair } from '../../../../local/symphony/accounts.ts';
import {
  type SimulatedSymphonyOptions,
  startSimulatedSymphony,
} from '../../../../local/symphony/server.ts';
import { createWorld, type World } from '../../../../local/symphony/world.ts';
import { symphony } from '../../../../shared/connectors/symphony/index.ts';
import {
  createFakeClock,
  createFakeDrop,
  createFakeFiles,
  createFakeLog,
  createFakeState,
} from '../fakes.ts';
import { createPipeline, now, type RunOptions, restartable } from '../pipeline.ts';

export { addressesOf, itemSaying, lastDay, minutesAgo, now } from '../pipeline.ts';

/** Making keys is slow: all tests of a file have the same. */
export const keyPair = newKeyPair();

export interface BenchOptions extends Omit<SimulatedSymphonyOptions, 'world' | 'now'> {
  world?: World;
  settings?: Record<string, string>;
}

/** A connector on a simulated Symphony, and what the pipeline would keep around it. */
export async function openBench(options: BenchOptions = {}) {
  const { settings: changes, world = createWorld({ seed: 'bench' }), ...rest } = options;
  const clock = createFakeClock(now);
  const simulated = await startSimulatedSymphony({
    ...{ keyPair, ...rest, world, now: clock.now },
  });
  const [state, files, log] = [createFakeState(), createFakeFiles(), createFakeLog()];
  const settings = symphony.settings.parse({
    USERNAME: simulated.username,
    PRIVATE_KEY: simulated.privateKey,
    POD_URL: simulated.podUrl,
    AGENT_URL: simulated.agentUrl,
    ...changes,
  });
  const drop = () => createFakeDrop();
  const deps = { name: 'symphony', state, files, drop, clock, fetch, log };
  const { connector, restart } = restartable(() => symphony.create(settings, deps));
  const pipeline = createPipeline(clock);
  return {
    ...{ world, clock, simulated, state, files, log, pipeline, restart },
    run: (run: RunOptions = {}) => pipeline.run(connector, run),
    /** The day after: what was said since the last run, and what it read. */
    nextDay: (run: RunOptions = {}) => {
      const from = clock.now();
      clock.advance(24 * 3_600_000);
      const window = { from, to: clock.now() };
      const readFrom = new Date(+from - 24 * 3_600_000);
      return pipeline.run(connector, { window, readFrom, ...run });
    },
    [Symbol.asyncDispose]: () => simulated.close(),
  };
}
