import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { settingPrefix } from '../shared/connectors/settingFields.ts';
import { ConfigurationError, messageOf } from '../shared/errors.ts';
import type { RunRow } from '../shared/status/runLog.ts';
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
import type { SamplePerson } from './samplePeople.ts';
import type { SampleStage } from './sampleVendor.ts';
import { sampleVendors } from './sampleVendors.ts';

/** `npm start`: the whole pipeline on sample data, with nothing but this machine. */
async function main(): Promise<number> {
  const { once, data, fail } = readCommandLine(process.argv.slice(2));
  const azurite = await startAzurite(data ? { folder: path.join(data, 'azurite') } : {});
  const vendors = await startVendors(
    { now: sampleTime(data), connectionString: azurite.connectionString },
    fail,
  );
  const graph = await startSimulatedGraph({
    tenant: sampleTenant(samplePeople()),
    ...(data && { dataFile: path.join(data, 'mailboxes.json') }),
  });
  const env = {
    ...laptopDefaults,
    PATH: process.env.PATH,
    AzureWebJobsStorage: azurite.connectionString,
    ArchiveStorage: azurite.connectionString,
    GRAPH_BASE_URL: graph.baseUrl,
    GRAPH_ACCESS_TOKEN: graph.token,
    UNMAPPED_MAILBOX: catchAll,
    ...vendors.settings,
  };
  const host = await startLaptopHost(env, { dataFolder: undefined, schedules: !once });
  try {
    const display = createProgressDisplay(process.stdout);
    const runs = await archiveOnce(host.functions, host.app, undefined, display);
    process.stdout.write(`\n${countersTable(runs)}\n\n${mailboxTree(treeOf(graph))}\n`);
    const isFine = (run: RunRow) =>
      addsUp(run) && (run.state !== 'failed' || run.partitionKey === fail);
    if (once) return runs.length > 0 && runs.every(isFine) ? 0 : 1;
    process.stdout.write('\nThe functions host stays up; Ctrl+C stops it.\n');
    await host.untilStopped();
    return 0;
  } finally {
    await host.stop();
    await Promise.all([graph.close(), vendors.close()]);
    await azurite.close();
  }
}

/** All of them, side by side; the one named `failing` accepts no credentials. */
async function startVendors(
  stage: Omit<SampleStage, 'isFailing'>,
  failing: string | undefined,
) {
  const names = sampleVendors.map(({ name }) => name);
  if (failing !== undefined && !names.includes(failing)) {
    throw new ConfigurationError([`--fail must be one of ${names.join(', ')}.`]);
  }
  const started = await Promise.all(
    sampleVendors.map(async ({ name, start }) => {
      const { settings, close } = await start({ ...stage, isFailing: name === failing });
      const prefix = settingPrefix(name);
      const own = Object.entries(settings).map(([key, value]) => [prefix + key, value]);
      return { settings: Object.fromEntries(own), close };
    }),
  );
  return {
    settings: Object.assign(
      { CONNECTORS: names.join(',') },
      ...started.map(({ settings }) => settings),
    ),
    close: () => Promise.all(started.map(({ close }) => close())),
  };
}

/** One and the same organisation talks in all sources. */
function samplePeople(): SamplePerson[] {
  const people = sampleVendors.flatMap((vendor) => vendor.people());
  return [...new Map(people.map((person) => [person.address, person])).values()];
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
