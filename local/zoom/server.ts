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
import { serve } from './downloads.ts';
import { type RouteName, routeNames } from './faults.ts';
import { talkFiles } from './meetingFiles.ts';
import type { SimFile, World } from './model.ts';
import { createPageTokens } from './pageTokens.ts';
import { createService, type ServiceOptions } from './service.ts';
import { openVisit, tokenPath } from './visit.ts';

export interface SimulatedZoomOptions extends ServiceOptions, SimulationOptions<World> {}

export interface SimulatedZoom extends Omit<Simulated<World, RouteName>, 'requests'> {
  /** With the version, without a slash at the end. */
  baseUrl: string;
  authUrl: string;
  /** A host that some files redirect to, as `_DOWNLOAD_HOSTS` has it. */
  elsewhere: string;
  requests(route: RouteName): number;
}

/** A Zoom of its own on loopback, strict: what the real one refuses, it refuses. */
export async function startSimulatedZoom(
  options: SimulatedZoomOptions,
): Promise<SimulatedZoom> {
  const { world, now = () => new Date(), quirks = {} } = options;
  const watch = createWatch(routeNames);
  const { violations, violation, requests, mostInFlight } = watch;
  const findFile = (id: string) => fileIn(world, id);
  const fileAt = (path: string[]): Answer | undefined => {
    const file = findFile(path.at(-1) ?? '');
    return file && serve(file);
  };
  const elsewhere = createElsewhere(fileAt, violation);
  const service = createService(options, {
    ...{ world, now, quirks, violation, findFile, served: new Map() },
    page: createPageTokens({ pageSize: quirks.pageSize, now, violation }),
    origin: () => originOf(server),
    elsewhere: () => originOf(elsewhere),
  });
  const server = createVendorServer(openVisit, service, watch);
  await Promise.all([listen(server, options.port), listen(elsewhere)]);
  return {
    ...{ world, violations, mostInFlight },
    baseUrl: `${originOf(server)}/v2`,
    authUrl: `${originOf(server)}${tokenPath}`,
    elsewhere: new URL(originOf(elsewhere)).host,
    requests: (route) => requests[route] ?? 0,
    close: () => stop(server, elsewhere),
  };
}

function fileIn(world: World, id: string): SimFile | undefined {
  for (const meeting of world.meetings) {
    const files = [
      ...[...meeting.files, ...meeting.shared],
      ...(meeting.isArchived ? talkFiles(meeting, 'archive') : []),
      ...(meeting.isRecorded ? talkFiles(meeting, 'recordings') : []),
    ];
    const found = files.find((file) => file.id === id);
    if (found) return found;
  }
  return undefined;
}
