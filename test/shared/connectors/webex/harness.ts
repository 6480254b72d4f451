import { startSimulatedWebex } from '../../../../local/webex/server.ts';
import type { ServiceOptions } from '../../../../local/webex/service.ts';
import { defaultCredentials } from '../../../../local/webex/tokens.ts';
import { createWorld, type World } from '../../../../local/webex/world.ts';
import { webex } from '../../../../shared/connectors/webex/index.ts';
import {
  createFakeClock,
  createFakeDrop,
  createFakeFiles,
  createFakeLog,
  createFakeState,
  type FakeClock,
} from '../fakes.ts';
import { createPipeline, now, type RunOptions, restartable } from '../pipeline.ts';

export { addressesOf, itemSaying, lastDay, minutesAgo, now } from '../pipeline.ts';

export interface BenchOptions extends ServiceOptions {
  world?: World;
  settings?: Record<string, string>;
  state?: ReturnType<typeof createFakeState>;
  /** The connector's own clock, where it is not the one of Webex. */
  clock?: FakeClock;
  /** More hosts for files, when the simulation's own is known. */
  name?: string;
}

/** A connector on a simulated Webex, and what the pipeline would keep around it. */
export async function openBench(options: BenchOptions = {}) {
  const world = options.world ?? createWorld({ seed: 'bench' });
  const clock = options.clock ?? createFakeClock(now);
  const { tokens, faults, quirks, rateLimit } = options;
  const simulated = await startSimulatedWebex({
    world,
    // With a clock of its own the connector meets a Webex that lives in the present.
    ...(!options.clock && { now: clock.now }),
    ...(tokens && { tokens }),
    ...(faults && { faults }),
    ...(quirks && { quirks }),
    ...(rateLimit && { rateLimit }),
  });
  const state = options.state ?? createFakeState();
  const files = createFakeFiles();
  const log = createFakeLog();
  const { clientId, clientSecret, refreshToken } = defaultCredentials;
  const settings = webex.settings.parse({
    ...{ CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, REFRESH_TOKEN: refreshToken },
    BASE_URL: simulated.baseUrl,
    ...options.settings,
  });
  const drop = () => createFakeDrop();
  const name = options.name ?? 'webex';
  const deps = { name, state, files, drop, clock, fetch, log };
  const { connector, restart } = restartable(() => webex.create(settings, deps));
  const pipeline = createPipeline(clock);
  return {
    ...{ world, clock, simulated, state, files, log, pipeline },
    run: (run: RunOptions = {}) => pipeline.run(connector, run),
    /** Another process of the same connector. */
    restart,
    [Symbol.asyncDispose]: () => simulated.close(),
  };
}
