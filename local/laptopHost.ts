import { once } from 'node:events';
import { globSync } from 'node:fs';
import path from 'node:path';
import { type App, theApp, useOptions } from '../shared/app/app.ts';
import type { Log } from '../shared/log.ts';
import { type Azurite, isListening, startAzurite } from './azurite.ts';
import { developmentStorage, type Environment } from './environment.ts';
import {
  createFunctionsHost,
  type FunctionsHost,
} from './functionsHost/functionsHost.ts';
import { isGone, ownerId, stopWhenOrphaned } from './functionsHost/owners.ts';

export interface LaptopHostOptions {
  /** Where an Azurite that has to be started keeps its data; in memory if absent. */
  dataFolder: string | undefined;
  /** False: nothing is archived by the schedule, as for a single run. */
  schedules: boolean;
}

export interface LaptopHost {
  functions: FunctionsHost;
  app: App;
  /** Resolves when somebody asks the process to stop. */
  untilStopped(): Promise<void>;
  stop(): Promise<void>;
}

/** The ports that `UseDevelopmentStorage=true` stands for. */
const developmentPorts = { blobPort: 10_000, queuePort: 10_001, tablePort: 10_002 };

const root = path.resolve(import.meta.dirname, '..');

/**
 * The functions host with the app in it. What a killed predecessor left is swept at once.
 * Throws a `ConfigurationError` if the settings don't say where the archive lies.
 */
export async function startLaptopHost(
  env: Environment,
  options: LaptopHostOptions,
): Promise<LaptopHost> {
  const azurite = await startMissingAzurite(env, options.dataFolder);
  // Functions read their settings where Azure puts them.
  Object.assign(process.env, env);
  useOptions({ log: stderrLog, ownerId: ownerId(), isGone, isLoneHost: true });
  const app = await theApp();
  const functions = await createFunctionsHost({
    ...{ env: options.schedules ? env : withoutSchedule(env), root, log: stderrLog },
    timers: true,
    functionFiles: globSync('functions/*.ts', { cwd: root }),
  });
  const stopWatching = stopWhenOrphaned(() => process.exit(1));
  await functions.fireTimer('sweep', { isPastDue: true });
  return {
    functions,
    app,
    async untilStopped() {
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    },
    async stop() {
      stopWatching();
      await functions.stop();
      await azurite?.close();
    },
  };
}

/** A single run is not joined by the one of the schedule; the sweep is always of use. */
const withoutSchedule = (env: Environment): Environment => ({
  ...env,
  'AzureWebJobs.archiveSchedule.Disabled': 'true',
});

async function startMissingAzurite(
  env: Environment,
  folder: string | undefined,
): Promise<Azurite | undefined> {
  const connections = [env.ArchiveStorage, env.AzureWebJobsStorage];
  if (!connections.includes(developmentStorage)) return undefined;
  if (await isListening(developmentPorts.blobPort)) return undefined;
  return startAzurite({ ...developmentPorts, ...(folder && { folder }) });
}

/** Standard output is for what was asked for. */
const write = (level: string) => (message: string) => {
  process.stderr.write(`${new Date().toISOString()} ${level} ${message}\n`);
};
const stderrLog: Log = { info: () => {}, warn: write('warn'), error: write('error') };
