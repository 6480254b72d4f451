import {
  type SimulatedRingCentralOptions,
  startSimulatedRingCentral,
} from '../../../../local/ringcentral/server.ts';
import { defaultCredentials } from '../../../../local/ringcentral/tokens.ts';
import {
  addChat,
  addPerson,
  createWorld,
  type SimPerson,
} from '../../../../local/ringcentral/world.ts';
import { ringcentral } from '../../../../shared/connectors/ringcentral/index.ts';
import {
  createFakeClock,
  createFakeDrop,
  createFakeFiles,
  createFakeLog,
  createFakeState,
} from '../fakes.ts';
import { createPipeline, now, type RunOptions } from '../pipeline.ts';

export { addressesOf, itemSaying, lastDay, minutesAgo, now } from '../pipeline.ts';

export interface BenchOptions extends Partial<SimulatedRingCentralOptions> {
  settings?: Record<string, string>;
  name?: string;
}

export const [ann, ben, cat] = ['ann', 'ben', 'cat'].map(
  (name) => `${name}@example.com`,
) as [string, string, string];

/** Three people, of whom two are in a team. */
export function stage() {
  const world = createWorld();
  const person = (name: string, more = {}): SimPerson =>
    addPerson(world, { name, address: `${name.toLowerCase()}@example.com`, ...more });
  const [a, b, c] = [person('Ann'), person('Ben'), person('Cat')];
  const chat = addChat(world, { name: 'Plans', members: [a, b] });
  return { world, person, a, b, c, chat };
}

/** A connector on a simulated RingCentral, and what the pipeline would keep around it. */
export async function openBench(options: BenchOptions = {}) {
  const world = options.world ?? createWorld();
  const clock = createFakeClock(now);
  const simulated = await startSimulatedRingCentral({
    ...{ world, now: clock.now },
    ...options,
  });
  const [state, files, log] = [createFakeState(), createFakeFiles(), createFakeLog()];
  const settings = ringcentral.settings.parse({
    CLIENT_ID: defaultCredentials.clientId,
    CLIENT_SECRET: defaultCredentials.clientSecret,
    JWT: defaultCredentials.jwt,
    BASE_URL: simulated.baseUrl,
    DOWNLOAD_HOSTS: simulated.mediaHost,
    ...options.settings,
  });
  const drop = () => createFakeDrop();
  const name = options.name ?? 'ringcentral';
  const deps = { name, state, files, drop, clock, fetch, log };
  const create = () => ringcentral.create(settings, deps);
  const pipeline = createPipeline(clock);
  let connector = create();
  return {
    ...{ world, clock, simulated, state, files, log, pipeline },
    run: (run: RunOptions = {}) => pipeline.run(connector, run),
    /** From the beginning of the last day up to now. */
    runNow: (run: RunOptions = {}) =>
      pipeline.run(connector, {
        window: { from: new Date(+now - 86_400_000), to: clock.now() },
        ...run,
      }),
    /** Another process of the same connector. */
    restart: () => {
      connector = create();
    },
    [Symbol.asyncDispose]: () => simulated.close(),
  };
}
