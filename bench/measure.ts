import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { defaultCredentials } from '../local/webex/tokens.ts';
import type { Counts } from './servers.ts';

const addressesSchema = z.object({
  storage: z.string(),
  webex: z.string(),
  graph: z.string(),
});
export type Addresses = z.infer<typeof addressesSchema>;

export interface Servers {
  addresses: Addresses;
  counts(): Promise<Counts>;
  stop(): void;
}

export interface Load {
  messages: number;
  people: number;
  until: Date;
  latencyMs: number;
  fileBytes?: number;
}

/** The vendor, Graph and the storage, in a process of their own. */
export async function startServers(load: Load): Promise<Servers> {
  const child = fork('bench/servers.ts', [
    String(load.messages),
    String(load.people),
    String(load.until.getTime()),
    String(load.latencyMs),
    String(load.fileBytes ?? 0),
  ]);
  const [said] = await once(child, 'message');
  return {
    addresses: addressesSchema.parse(said),
    async counts() {
      child.send('counts');
      const [counts] = await once(child, 'message');
      return counts;
    },
    stop: () => child.disconnect(),
  };
}

/** One number that we claim. */
export interface Measure {
  name: string;
  value: number;
  unit: string;
  target: string;
}

export const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);

export interface HostRun {
  seconds: number;
  /** Most memory that the process ever held, in bytes. */
  peakBytes: number;
}

/** How the host finds the servers. */
export const settingsOf = ({ addresses }: Servers): Record<string, string> => ({
  ArchiveStorage: addresses.storage,
  CONNECTORS: 'webex',
  WEBEX_CLIENT_ID: defaultCredentials.clientId,
  WEBEX_CLIENT_SECRET: defaultCredentials.clientSecret,
  WEBEX_REFRESH_TOKEN: defaultCredentials.refreshToken,
  WEBEX_BASE_URL: addresses.webex,
  GRAPH_BASE_URL: addresses.graph,
  GRAPH_ACCESS_TOKEN: 'bench',
});

/** One run of `npm run host -- --once` over a window; throws if its state is not `completed`. */
export async function runHost(
  settings: Record<string, string>,
  { from, to }: { from: Date; to: Date },
): Promise<HostRun> {
  const window = ['--from', from.toISOString(), '--to', to.toISOString()];
  const start = performance.now();
  const child = spawn('node', [...hostArguments(), '--once', ...window], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, ...settings },
  });
  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid ?? 0));
  }, 100);
  const [code] = await once(child, 'exit');
  clearInterval(watch);
  if (code !== 0) throw new Error(`The host ended with ${code}.`);
  return { seconds: (performance.now() - start) / 1000, peakBytes };
}

const scriptsSchema = z.object({ scripts: z.object({ host: z.string() }) });

/** What `npm run host` gives to node, without npm in between: its memory is not the host's. */
function hostArguments(): string[] {
  const file: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
  return scriptsSchema.parse(file).scripts.host.split(' ').slice(1);
}

/** Linux keeps the high-water mark of a process; elsewhere there is nothing to read. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
