import { type AppOptions, createCore, type Environment } from './core.ts';
import { createDelivery } from './delivery.ts';
import { createRuns } from './runs.ts';
import { createSource } from './source.ts';

export type { AppOptions } from './core.ts';

/** Everything that the functions do. */
export type App = Awaited<ReturnType<typeof createApp>>;

/**
 * The composition root: the one place that makes clients. A wrong setting of the app or of a
 * connector becomes an answer to its runs, not an error here.
 * Throws a `ConfigurationError` if the settings don't say where the archive lies.
 */
export async function createApp(env: Environment, options: AppOptions = {}) {
  const core = await createCore(env, options);
  const source = createSource(core);
  const runs = createRuns(core, source.convertPage);
  const delivery = createDelivery(core);
  return { ...source, ...runs, ...delivery, core };
}

let options: AppOptions = {};
let made: Promise<App> | undefined;

/** Lets a host bring its own clock, log and the like, before the first function runs. */
export function useOptions(own: AppOptions): void {
  options = own;
  made = undefined;
}

/** The app of this process; made when a function first needs it, and again if that failed. */
export function theApp(): Promise<App> {
  made ??= createApp(process.env, options).catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  return made;
}
