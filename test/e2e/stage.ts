import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import {
  type SimulatedGraph,
  startSimulatedGraph,
} from '../../local/graph/simulatedGraph.ts';
import { addUser, createTenant } from '../../local/graph/tenant.ts';
import { type SimulatedWebex, startSimulatedWebex } from '../../local/webex/server.ts';
import { defaultCredentials } from '../../local/webex/tokens.ts';
import { addPerson, createWorld, type World } from '../../local/webex/world.ts';
import { openStorage } from '../../shared/archive/state/storage.ts';
import { runRowSchema } from '../../shared/status/runLog.ts';

/** A vendor, a Graph and a storage of their own, and the product as a process beside them. */
export interface Stage {
  azurite: Azurite;
  webex: SimulatedWebex;
  graph: SimulatedGraph;
  world: World;
  /** `npm run host -- --once --json` with these arguments. */
  run(args?: string[], env?: Record<string, string>): Promise<Ended>;
  /** The same, killed with SIGKILL after so many milliseconds if it is not done by then. */
  runAndKill(afterMs: number, args?: string[]): Promise<Ended>;
  /** Puts a file into a container, as an administrator would. */
  put(container: string, path: string, content: string): Promise<void>;
  rows(table: string, partitionKey?: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  runs: z.infer<typeof runRowSchema>[];
}

export const domain = 'example.com';
export const folder = 'Webex Teams';

export interface StageOptions {
  people: string[];
  /** Known to Webex, but of somebody else. */
  external?: string[];
  graph?: Partial<Parameters<typeof startSimulatedGraph>[0]>;
  webex?: Partial<Parameters<typeof startSimulatedWebex>[0]>;
}

export async function setStage(options: StageOptions): Promise<Stage> {
  const world = createWorld({ seed: 'e2e', domain });
  const tenant = createTenant({ domains: [domain] });
  for (const name of options.people) {
    addPerson(world, { name, address: addressOf(name) });
    addUser(tenant, { name, address: addressOf(name) });
  }
  for (const name of options.external ?? []) {
    addPerson(world, { name, address: `${name}@elsewhere.org`, external: true });
  }
  const azurite = await startAzurite();
  const webex = await startSimulatedWebex({ world, ...options.webex });
  const graph = await startSimulatedGraph({ tenant, ...options.graph });
  const storage = await openStorage({ connectionString: azurite.connectionString });
  const children = new Set<ChildProcess>();

  const settings = {
    PATH: process.env.PATH ?? '',
    ArchiveStorage: azurite.connectionString,
    CONNECTORS: 'webex',
    GRAPH_BASE_URL: graph.baseUrl,
    GRAPH_ACCESS_TOKEN: graph.token,
    WEBEX_CLIENT_ID: defaultCredentials.clientId,
    WEBEX_CLIENT_SECRET: defaultCredentials.clientSecret,
    WEBEX_REFRESH_TOKEN: defaultCredentials.refreshToken,
    WEBEX_BASE_URL: webex.baseUrl,
  };

  function start(args: string[], env: Record<string, string>) {
    const child = spawn('node', ['local/host.ts', '--once', '--json', ...args], {
      env: { ...settings, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    return { child, ended: collect(child) };
  }

  return {
    ...{ azurite, webex, graph, world },
    run: (args = [], env = {}) => start(args, env).ended,
    async runAndKill(afterMs, args = []) {
      const { child, ended } = start(args, {});
      const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
      const result = await ended;
      clearTimeout(timer);
      return result;
    },
    async put(container, path, content) {
      const there = storage.container(container);
      await there.createIfNotExists();
      const body = Buffer.from(content);
      await there.getBlockBlobClient(path).upload(body, body.byteLength);
    },
    async rows(table, partitionKey) {
      const filter = partitionKey && `PartitionKey eq '${partitionKey}'`;
      const query = filter ? { queryOptions: { filter } } : {};
      return Array.fromAsync(storage.table(table).listEntities(query));
    },
    async close() {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all([graph.close(), webex.close()]);
      await azurite.close();
    },
  };
}

export const addressOf = (name: string) => `${name}@${domain}`;

async function collect(child: ChildProcess): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, ...output, runs: readRuns(output.stdout) };
}

function readRuns(stdout: string) {
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return last.startsWith('[') ? z.array(runRowSchema).parse(JSON.parse(last)) : [];
}

/** The subjects' mailboxes: texts of the messages in somebody's folder, oldest first. */
export function textsIn(stage: Stage, name: string): string[] {
  return messagesIn(stage, name)
    .toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime())
    .map(({ body }) => firstLine(body.content));
}

export function messagesIn(stage: Stage, name: string) {
  const { messages } = stage.graph.mailbox(addressOf(name));
  return messages.filter((message) => message.folder === `Inbox/${folder}`);
}

const firstLine = (content: string) => content.trim().split(/\r?\n/)[0] ?? '';
