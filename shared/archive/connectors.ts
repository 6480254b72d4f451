import type { Clock } from '../clock.ts';
import type { ConnectorEntry } from '../connectorSettings.ts';
import type { Connector, ConnectorType } from '../connectors/connector.ts';
import { connectorTypes } from '../connectors/registry.ts';
import { ConfigurationError } from '../errors.ts';
import type { Log } from '../log.ts';
import { createFileStore, createStateStore } from './state/connectorStores.ts';
import { createDropStore } from './state/dropStore.ts';
import type { ArchiveStorage } from './state/storage.ts';

/** A connector whose settings are in order. */
export type ReadyEntry = Extract<ConnectorEntry, { ok: true }>;

/** The connectors of this app, by name. */
export interface Connectors {
  entries: ConnectorEntry[];
  /** Throws a `ConfigurationError` if there is none of that name, or its settings are wrong. */
  ready(name: string): ReadyEntry & { kind: ConnectorType };
  /** The connector itself; made once, so that its limits hold over all of its activities. */
  open(name: string): Connector;
}

/** Opens what `CONNECTORS` names; nothing is asked of a vendor yet. */
export function createConnectors(
  entries: ConnectorEntry[],
  deps: { storage: ArchiveStorage; clock: Clock; log: Log; fetch: typeof fetch },
): Connectors {
  const opened = new Map<string, Connector>();

  function ready(name: string) {
    const entry = entries.find((candidate) => candidate.name === name);
    if (!entry) {
      throw new ConfigurationError([
        `CONNECTORS no longer names "${name}": put it back until its runs have ended.`,
      ]);
    }
    if (!entry.ok) throw new ConfigurationError(entry.problems);
    const kind = connectorTypes.find(({ type }) => type === entry.type);
    if (!kind) throw new ConfigurationError([`There is no connector "${entry.type}".`]);
    return { ...entry, kind };
  }

  function create(name: string): Connector {
    const { kind, settings } = ready(name);
    return kind.create(settings, {
      name,
      state: createStateStore(deps.storage, name),
      files: createFileStore(deps.storage, name, deps.clock.now),
      drop: (container) => createDropStore(deps.storage, container, name),
      clock: deps.clock,
      fetch: deps.fetch,
      log: deps.log,
    });
  }

  return {
    entries,
    ready,
    open(name) {
      const connector = opened.get(name) ?? create(name);
      opened.set(name, connector);
      return connector;
    },
  };
}
