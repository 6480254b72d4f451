import { randomUUID } from 'node:crypto';
import type { Stored } from '../../../shared/connectors/connector.ts';
import { hasEnded, type Instance, newInstance, type RuntimeStatus } from './instance.ts';
import type { InstanceStore } from './instanceStore.ts';

export type StartResult =
  | { kind: 'started'; instanceId: string }
  | { kind: 'exists'; status: RuntimeStatus }
  | { kind: 'unknownFunction' };

export type LetterResult = 'delivered' | 'ended' | 'unknown';

/** What clients of orchestrations can do, from any host of the storage. */
export interface DurableOperations {
  start(
    name: string,
    input: string,
    options?: { instanceId?: string | undefined; version?: string | undefined },
  ): Promise<StartResult>;
  get(id: string): Promise<Instance | undefined>;
  all(): Promise<Instance[]>;
  unfinished(): Promise<Instance[]>;
  raiseEvent(id: string, name: string, input: string): Promise<LetterResult>;
  terminate(id: string, reason: string): Promise<LetterResult>;
  purge(id: string): Promise<boolean>;
}

/** `notice` tells a worker in this process, and says whether there is one at work. */
export function createDurableOperations(
  store: InstanceStore,
  isOrchestrator: (name: string) => boolean,
  notice: (id: string) => boolean,
): DurableOperations {
  async function announce(id: string): Promise<void> {
    if (!notice(id)) await store.ring(id);
  }

  async function post(
    id: string,
    letter: Instance['inbox'][number],
  ): Promise<LetterResult> {
    for (;;) {
      const stored = await store.read(id);
      if (!stored) return 'unknown';
      if (hasEnded(stored.value)) return 'ended';
      const inbox = [...stored.value.inbox, letter];
      if (await store.write({ ...stored.value, inbox }, stored.etag)) break;
    }
    await announce(id);
    return 'delivered';
  }

  async function list(which: 'all' | 'unfinished'): Promise<Instance[]> {
    const found: Instance[] = [];
    for (const id of await store.ids(which)) {
      const stored: Stored<Instance> | undefined = await store.read(id);
      if (stored) found.push(stored.value);
    }
    return which === 'all' ? found : found.filter((instance) => !hasEnded(instance));
  }

  return {
    async start(name, input, { instanceId = randomUUID(), version } = {}) {
      if (!isOrchestrator(name)) return { kind: 'unknownFunction' };
      for (;;) {
        const stored = await store.read(instanceId);
        if (stored && !hasEnded(stored.value)) {
          return { kind: 'exists', status: stored.value.status };
        }
        const instance = newInstance({
          ...{ instanceId, name, input },
          ...(version && { version }),
        });
        if (await store.write(instance, stored?.etag ?? 'absent')) break;
      }
      await announce(instanceId);
      return { kind: 'started', instanceId };
    },
    get: async (id) => (await store.read(id))?.value,
    all: () => list('all'),
    unfinished: () => list('unfinished'),
    raiseEvent: (id, name, input) => post(id, { kind: 'event', name, input }),
    terminate: (id, reason) => post(id, { kind: 'terminate', reason }),
    purge: (id) => store.remove(id),
  };
}
