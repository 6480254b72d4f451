import { type ArchiveStorage, openStorage } from '../../shared/archive/state/storage.ts';
import { startAzurite } from '../azurite.ts';
import type { Fault } from '../graph/faults.ts';
import { type SimulatedGraph, startSimulatedGraph } from '../graph/simulatedGraph.ts';
import { startSimulatedWebex } from '../webex/server.ts';
import { defaultCredentials } from '../webex/tokens.ts';
import { type Origins, storageOrigins, throughOrigins } from './gateway.ts';
import type { ChaosLoad } from './load.ts';

/** Everything that the product talks to, and how it is told where that is. */
export interface ChaosStage {
  graph: SimulatedGraph;
  storage: ArchiveStorage;
  /** Where the services really are. */
  targets: Origins;
  /** The settings of a process that finds them elsewhere. */
  settings(origins: Origins): Record<string, string>;
  close(): Promise<void>;
}

/** Longer than what happens late, so that who looks a message up can find it. */
const patienceSeconds = 2;
const lateMs = 700;
const lagMs = 500;
/** More than is waited for within a turn. */
const longSeconds = 6;

export async function setChaosStage(
  load: ChaosLoad,
  options: { seed: number; faultRate: number; latencyMs: number },
): Promise<ChaosStage> {
  const { latencyMs, seed, faultRate } = options;
  const azurite = await startAzurite();
  const webex = await startSimulatedWebex({ world: load.world, latencyMs: 5 });
  const graph = await startSimulatedGraph({
    ...{ tenant: load.tenant, seed, latencyMs, faults: faultsOf(faultRate) },
  });
  const { connectionString } = azurite;
  const graphUrl = new URL(graph.baseUrl);
  return {
    graph,
    storage: await openStorage({ connectionString }),
    targets: { ...storageOrigins(connectionString), graph: graphUrl.origin },
    settings: (origins) => ({
      ArchiveStorage: throughOrigins(connectionString, origins),
      CONNECTORS: 'webex',
      UNMAPPED_MAILBOX: load.catchAll,
      LOOKUP_PATIENCE_SECONDS: String(patienceSeconds),
      SWEEP_SCHEDULE: '*/20 * * * * *',
      GRAPH_BASE_URL: `${origins.graph}${graphUrl.pathname}`,
      GRAPH_ACCESS_TOKEN: graph.token,
      WEBEX_CLIENT_ID: defaultCredentials.clientId,
      WEBEX_CLIENT_SECRET: defaultCredentials.clientSecret,
      WEBEX_REFRESH_TOKEN: defaultCredentials.refreshToken,
      WEBEX_BASE_URL: webex.baseUrl,
    }),
    async close() {
      await Promise.all([graph.close(), webex.close()]);
      await azurite.close();
    },
  };
}

const mailboxRoutes = [
  'createMessage',
  'listMessages',
  'listFolders',
  'createFolder',
  'getMessage',
  'deleteMessage',
];

/**
 * Each of the usual faults at this rate in mailboxes, and the rarer ones at a fifth of it. The
 * directory is asked for twenty at a time, of which one that fails fails all.
 */
function faultsOf(rate: number): Fault[] {
  if (rate === 0) return [];
  const creating = { routes: ['createMessage'] };
  const mailbox = { routes: mailboxRoutes };
  return [
    { kind: 'indexLag', rate, delayMs: lagMs, ...creating },
    { kind: 'throttled', rate, retryAfterSeconds: 1, ...mailbox },
    { kind: 'throttled', rate: rate / 20, retryAfterSeconds: longSeconds, ...mailbox },
    { kind: 'unavailable', rate, retryAfterSeconds: 1, ...mailbox },
    { kind: 'resetBeforeCommit', rate: rate / 2, ...mailbox },
    { kind: 'resetAfterCommit', rate: rate / 2, ...mailbox },
    { kind: 'timeoutAfterCommit', rate, ...creating },
    { kind: 'lateCommit', rate: rate / 5, delayMs: lateMs, ...creating },
    { kind: 'throttled', rate: rate / 5, retryAfterSeconds: 1, routes: ['listUsers'] },
  ];
}
