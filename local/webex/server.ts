import type { Answer } from '../simulation/answers.ts';
import {
  createElsewhere,
  createVendorServer,
  listen,
  originOf,
  type Simulated,
  type SimulationOptions,
  stop,
} from '../simulation/servers.ts';
import { createWatch } from '../simulation/watch.ts';
import { serve } from './contents.ts';
import { type RouteName, routeNames } from './faults.ts';
import { findFile } from './lookup.ts';
import type { World } from './model.ts';
import { createService, type ServiceOptions } from './service.ts';
import { openVisit } from './visit.ts';

export interface SimulatedWebexOptions extends ServiceOptions, SimulationOptions<World> {}

export interface SimulatedWebex extends Simulated<World, RouteName> {
  /** With the version, without a slash at the end. */
  baseUrl: string;
}

/** A Webex of its own on loopback, strict: what the real one refuses, it refuses. */
export async function startSimulatedWebex(
  options: SimulatedWebexOptions,
): Promise<SimulatedWebex> {
  const { world, now = () => new Date(), quirks = {} } = options;
  const watch = createWatch(routeNames);
  const { violations, violation, requests, mostInFlight } = watch;
  const fileAt = (path: string[]): Answer | undefined => {
    const found = findFile(world, path.at(-1) ?? '');
    return found && serve(found.file);
  };
  const elsewhere = createElsewhere(fileAt, violation);
  const baseUrl = () => `${originOf(server)}/v1`;
  const service = createService(options, {
    ...{ world, now, quirks, violation, baseUrl, served: new Map() },
    elsewhereUrl: () => `${originOf(elsewhere)}/files`,
  });
  const server = createVendorServer(openVisit, service, watch);
  await Promise.all([listen(server, options.port), listen(elsewhere)]);
  return {
    ...{ world, violations, requests, mostInFlight, baseUrl: baseUrl() },
    close: () => stop(server, elsewhere),
  };
}
