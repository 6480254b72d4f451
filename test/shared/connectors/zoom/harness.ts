import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { startSimulatedZoom } from '../../../../local/zoom/server.ts';
import type { ServiceOptions } from '../../../../local/zoom/service.ts';
import { defaultCredentials } from '../../../../local/zoom/tokens.ts';
import {
  addUser,
  createWorld,
  type SimUser,
  type World,
} from '../../../../local/zoom/world.ts';
import type { ArchiveItem } from '../../../../shared/archive/state/item.ts';
import type { FileStore } from '../../../../shared/connectors/connector.ts';
import { zoom } from '../../../../shared/connectors/zoom/index.ts';
import { composeEmail } from '../../../../shared/email/compose.ts';
import {
  createFakeClock,
  createFakeDrop,
  createFakeFiles,
  createFakeLog,
  createFakeState,
  type FakeClock,
} from '../fakes.ts';
import { createPipeline, now, type RunOptions } from '../pipeline.ts';

export { addressesOf, itemSaying, lastDay, minutesAgo, now } from '../pipeline.ts';

export interface BenchOptions extends ServiceOptions {
  world: World;
  lane?: 'archive' | 'recordings';
  settings?: Record<string, string>;
  clock?: FakeClock;
  files?: FileStore;
  name?: string;
}

/** A connector on a simulated Zoom, and what the pipeline would keep around it. */
export async function openBench(options: BenchOptions) {
  const { world, lane = 'archive', clock = createFakeClock(now) } = options;
  const { tokens, faults, quirks, rateLimits } = options;
  const simulated = await startSimulatedZoom({
    ...{ world, now: clock.now },
    ...(tokens && { tokens }),
    ...(faults && { faults }),
    ...(quirks && { quirks }),
    ...(rateLimits && { rateLimits }),
  });
  const files = createFakeFiles();
  const log = createFakeLog();
  const settings = zoom.settings.parse({
    ACCOUNT_ID: defaultCredentials.accountId,
    CLIENT_ID: defaultCredentials.clientId,
    CLIENT_SECRET: defaultCredentials.clientSecret,
    ...{ LANE: lane, BASE_URL: simulated.baseUrl, AUTH_URL: simulated.authUrl },
    DOWNLOAD_HOSTS: simulated.elsewhere,
    ...options.settings,
  });
  const state = createFakeState();
  const deps = {
    ...{ name: options.name ?? 'zoom', state, clock, fetch, log },
    files: options.files ?? files,
    drop: () => createFakeDrop(),
  };
  const create = () => zoom.create(settings, deps);
  const pipeline = createPipeline(clock);
  let connector = create();
  return {
    ...{ world, clock, simulated, files, log, pipeline },
    run: (run: RunOptions = {}) => pipeline.run(connector, run),
    /** Another process of the same connector. */
    restart: () => {
      connector = create();
    },
    /** The whole message, one character a byte. */
    emailOf: async (item: ArchiveItem): Promise<string> => {
      const open = async ({ path }: { path: string }) =>
        Readable.from([files.contents.get(path) ?? Buffer.of()]);
      const email = composeEmail(item, { connector: 'zoom', source: 'zoom' }, open);
      return (await buffer(email)).toString('latin1');
    },
    [Symbol.asyncDispose]: () => simulated.close(),
  };
}

/** The users of most tests, all of them active. */
export function createStage(seed = 'stage') {
  const world = createWorld({ seed });
  const user = (name: string): SimUser =>
    addUser(world, { name, address: `${name.toLowerCase()}@example.com` });
  return { world, ann: user('Ann'), ben: user('Ben'), cat: user('Cat') };
}
