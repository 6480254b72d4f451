import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import {
  createFunctionsHost,
  type FunctionsHost,
} from '../../../local/functionsHost/functionsHost.ts';
import type { Log } from '../../../shared/log.ts';
import { reset } from './probe.ts';

export const hostJson = {
  version: '2.0',
  extensions: {
    queues: {
      batchSize: 4,
      newBatchThreshold: 2,
      maxDequeueCount: 2,
      visibilityTimeout: '00:00:00',
    },
    blobs: { maxDegreeOfParallelism: 2, poisonBlobThreshold: 2 },
    durableTask: {
      hubName: '%HUB%',
      maxConcurrentActivityFunctions: 3,
      maxConcurrentOrchestratorFunctions: 2,
    },
  },
};

export type Lab = Awaited<ReturnType<typeof openLab>>;

/** An Azurite of its own, a folder with host.json, and as many hosts as a test starts. */
export async function openLab() {
  const azurite: Azurite = await startAzurite();
  const root = await mkdtemp(join(tmpdir(), 'functions-host-'));
  await writeFile(join(root, 'host.json'), JSON.stringify(hostJson));
  const hosts: FunctionsHost[] = [];
  const lines: string[] = [];
  const note = (message: string) => lines.push(message);
  const log: Log = { info: note, warn: note, error: note };
  const env: Record<string, string | undefined> = {
    AzureWebJobsStorage: azurite.connectionString,
    Store: azurite.connectionString,
    ...{ HUB: 'TestHub', STAGE: 'test', TICK: '* * * * * *' },
  };
  return {
    ...{ azurite, root, env, lines },
    async start(files: string[], options: { timers?: boolean; env?: object } = {}) {
      const host = await createFunctionsHost({
        env: { ...env, ...options.env },
        root,
        functionFiles: files.map((file) => join(import.meta.dirname, 'functions', file)),
        log,
        timers: options.timers ?? false,
      });
      hosts.push(host);
      return host;
    },
    async stopHosts(withinMs = 2_000) {
      await Promise.all(hosts.splice(0).map((host) => host.stop({ withinMs })));
    },
    async close() {
      await this.stopHosts();
      await azurite.close();
      await rm(root, { recursive: true, force: true });
      reset();
    },
  };
}
