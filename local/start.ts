import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { messageOf } from '../shared/errors.ts';
import { archiveOnce } from './archiveOnce.ts';
import { startAzurite } from './azurite.ts';
import { readCommandLine } from './commandLine.ts';
import { addsUp, countersTable } from './counters.ts';
import { laptopDefaults } from './environment.ts';
import { catchAll, sampleTenant } from './graph/sampleTenant.ts';
import { type SimulatedGraph, startSimulatedGraph } from './graph/simulatedGraph.ts';
import { startLaptopHost } from './laptopHost.ts';
import { mailboxTree } from './mailboxTree.ts';
import { createProgressDisplay } from './progress.ts';
import {
  sampleWorld as ringcentralWorld,
  samplePeople,
} from './ringcentral/sampleWorld.ts';
import { startSimulatedRingCentral } from './ringcentral/server.ts';
import { defaultCredentials as ringcentralCredentials } from './ringcentral/tokens.ts';
import { sampleWorld } from './webex/sampleWorld.ts';
import { startSimulatedWebex } from './webex/server.ts';
import { defaultCredentials } from './webex/tokens.ts';

/** `npm start`: the whole pipeline on sample data, with nothing but this machine. */
async function main(): Promise<number> {
  const { once, data } = readCommandLine(process.argv.slice(2));
  const azurite = await startAzurite(data ? { folder: path.join(data, 'azurite') } : {});
  const now = sampleTime(data);
  const webex = await startSimulatedWebex({ world: sampleWorld({ now }) });
  const ringcentral = await startSimulatedRingCentral({
    world: ringcentralWorld({ now }),
  });
  const graph = await startSimulatedGraph({
    tenant: sampleTenant(samplePeople()),
    ...(data && { dataFile: path.join(data, 'mailboxes.json') }),
  });
  const env = {
    ...laptopDefaults,
    PATH: process.env.PATH,
    AzureWebJobsStorage: azurite.connectionString,
    ArchiveStorage: azurite.connectionString,
    CONNECTORS: 'webex,ringcentral',
    GRAPH_BASE_URL: graph.baseUrl,
    GRAPH_ACCESS_TOKEN: graph.token,
    UNMAPPED_MAILBOX: catchAll,
    WEBEX_CLIENT_ID: defaultCredentials.clientId,
    WEBEX_CLIENT_SECRET: defaultCredentials.clientSecret,
    WEBEX_REFRESH_TOKEN: defaultCredentials.refreshToken,
    WEBEX_BASE_URL: webex.baseUrl,
    RINGCENTRAL_CLIENT_ID: ringcentralCredentials.clientId,
    RINGCENTRAL_CLIENT_SECRET: ringcentralCredentials.clientSecret,
    RINGCENTRAL_JWT: ringcentralCredentials.jwt,
    RINGCENTRAL_BASE_URL: ringcentral.baseUrl,
    RINGCENTRAL_DOWNLOAD_HOSTS: ringcentral.mediaHost,
  };
  const host = await startLaptopHost(env, { dataFolder: undefined, schedules: !once });
  try {
    const display = createProgressDisplay(process.stdout);
    const runs = await archiveOnce(host.functions, host.app, undefined, display);
    process.stdout.write(`\n${countersTable(runs)}\n\n${mailboxTree(treeOf(graph))}\n`);
    if (once) return runs.length > 0 && runs.every(addsUp) ? 0 : 1;
    process.stdout.write('\nThe functions host stays up; Ctrl+C stops it.\n');
    await host.untilStopped();
    return 0;
  } finally {
    await host.stop();
    await Promise.all([graph.close(), webex.close(), ringcentral.close()]);
    await azurite.close();
  }
}

const timeSchema = z.iso.datetime().transform((text) => new Date(text));

/** The sample conversations end now; kept data has the time of its first start. */
function sampleTime(folder: string | undefined): Date {
  const now = new Date();
  if (!folder) return now;
  const file = path.join(folder, 'sample-time.txt');
  try {
    return timeSchema.parse(readFileSync(file, 'utf8'));
  } catch {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, now.toISOString());
    return now;
  }
}

function treeOf(graph: SimulatedGraph) {
  return graph.tenant.users
    .filter(({ mailbox }) => mailbox.state !== 'none')
    .map((user) => {
      const { address, folders } = graph.mailbox(user.id);
      return { address, folders: folders.filter(({ messages }) => messages.length > 0) };
    });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
