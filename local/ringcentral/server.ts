import type { IncomingMessage } from 'node:http';
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
import { type RouteName, routeNames } from './faults.ts';
import { serve } from './files.ts';
import type { World } from './model.ts';
import { createService, openVisit, type ServiceOptions } from './service.ts';

export interface SimulatedRingCentralOptions
  extends ServiceOptions,
    SimulationOptions<World> {}

export interface SimulatedRingCentral extends Simulated<World, RouteName> {
  /** Without a slash at the end. */
  baseUrl: string;
  /** Where exports and files lie, as `_DOWNLOAD_HOSTS` wants it. */
  mediaHost: string;
  /** How many export tasks were created. */
  tasksMade(): number;
}

/** A RingCentral of its own on loopback, strict: what the real one refuses, it refuses. */
export async function startSimulatedRingCentral(
  options: SimulatedRingCentralOptions,
): Promise<SimulatedRingCentral> {
  const { world, now = () => new Date() } = options;
  const watch = createWatch(routeNames);
  const { violations, violation, requests, mostInFlight } = watch;
  const { serve: answer, tasksMade } = createService(options, {
    ...{ world, now, violation },
    baseUrl: () => originOf(api),
    mediaUrl: () => originOf(media),
    elsewhereUrl: () => originOf(elsewhere),
  });
  const serverOf = (isMedia: boolean) => {
    const open = (request: IncomingMessage, body: string) =>
      openVisit(request, body, isMedia);
    return createVendorServer(open, answer, watch);
  };
  const [api, media] = [serverOf(false), serverOf(true)];
  const fileAt = ([, , id = '']: string[]): Answer | undefined => {
    const found = world.files.get(id);
    return found && serve(found);
  };
  const elsewhere = createElsewhere(fileAt, violation);
  await Promise.all([listen(api, options.port), listen(media), listen(elsewhere)]);
  return {
    ...{ world, violations, requests, mostInFlight, tasksMade },
    baseUrl: originOf(api),
    mediaHost: new URL(originOf(media)).host,
    close: () => stop(api, media, elsewhere),
  };
}
