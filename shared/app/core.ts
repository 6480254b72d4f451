import { type Connectors, createConnectors } from '../archive/connectors.ts';
import { createDeliverQueue } from '../archive/deliverQueue.ts';
import { createRetryQueue } from '../archive/retryQueue.ts';
import { createEmailStore } from '../archive/state/emailStore.ts';
import { createGaps } from '../archive/state/gaps.ts';
import { createItemIndex } from '../archive/state/itemIndex.ts';
import { openStorage, provisionStorage } from '../archive/state/storage.ts';
import { type Clock, systemClock } from '../clock.ts';
import { readConnectors } from '../connectorSettings.ts';
import { createUserMappings } from '../directory/userMappings.ts';
import { consoleLog, type Log } from '../log.ts';
import { containers, queues, tables } from '../names.ts';
import { readSettings, storageConnection } from '../settings.ts';
import { createConnectorStatuses } from '../status/connectorStatus.ts';
import { createItemLog } from '../status/itemLog.ts';
import { createRunLog } from '../status/runLog.ts';
import { createRunProgress } from '../status/runProgress.ts';

/** Application settings, by name. */
export type Environment = Record<string, string | undefined>;

/** What a host may bring of its own. */
export interface AppOptions {
  clock?: Clock;
  log?: Log;
  fetch?: typeof fetch;
  /** Names this process as the owner of locks and intents. */
  ownerId?: string;
  /** Other hosts on the same storage are rare: after a crash, no age is waited for. */
  isLoneHost?: boolean;
  /** True if the process behind an owner's name is known to be gone. */
  isGone?: (ownerId: string) => boolean;
}

/** What all parts of the app share: settings, storage, and the stores in it. */
export type Core = Awaited<ReturnType<typeof createCore>>;

const asItIs = (id: string): string => id;

/** Throws a `ConfigurationError` if the settings don't say where the archive lies. */
export async function createCore(env: Environment, options: AppOptions) {
  const { settings, problems } = readSettings(env);
  const { clock = systemClock, log = consoleLog } = options;
  const { now } = clock;
  const storage = await openStorage(storageConnection(settings));
  await provisionStorage(storage);
  const connectors: Connectors = createConnectors(
    readConnectors(env, settings.CONNECTORS),
    { storage, clock, log, fetch: options.fetch ?? fetch },
  );
  const statuses = createConnectorStatuses(storage.table(tables.connectorStatus));
  const mappings = createUserMappings({
    config: storage.container(containers.config),
    state: storage.container(containers.state),
    spellingOf: (connector) => connectors.ready(connector).kind.spellPersonId ?? asItIs,
    async report(connector, mappingProblem) {
      if (mappingProblem) log.warn(`The custom mapping of ${connector} has wrong lines.`);
      await statuses.change(connector, async (status) =>
        status.mappingProblem === mappingProblem ? undefined : { mappingProblem },
      );
    },
  });
  return {
    ...{ settings, problems, options, clock, log, now, storage, connectors },
    ...{ statuses, mappings },
    runLog: createRunLog(storage.table(tables.runLog)),
    progress: createRunProgress(storage.table(tables.runProgress)),
    itemLog: createItemLog(storage.table(tables.itemLog), now),
    index: createItemIndex(storage.table(tables.itemIndex)),
    gaps: createGaps(storage.table(tables.gaps), settings.GAP_DAYS, now),
    emails: createEmailStore(storage),
    deliver: createDeliverQueue(storage.queue(queues.deliverEmails)),
    retries: createRetryQueue(storage.queue(queues.retryImports)),
  };
}
