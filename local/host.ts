import { ConfigurationError, messageOf } from '../shared/errors.ts';
import { archiveOnce } from './archiveOnce.ts';
import { type CommandLine, readCommandLine } from './commandLine.ts';
import { countersTable } from './counters.ts';
import { laptopEnvironment } from './environment.ts';
import { type LaptopHost, startLaptopHost } from './laptopHost.ts';
import { createProgressDisplay } from './progress.ts';

/** `npm run host`: the functions host alone, on the settings that there are. */
async function main(): Promise<number> {
  const options = readCommandLine(process.argv.slice(2));
  const env = laptopEnvironment(process.cwd(), process.env);
  const host = await startLaptopHost(env, {
    dataFolder: options.data,
    schedules: !options.once,
  });
  if (options.once) return runOnce(host, options);
  process.stdout.write('The functions host is running; Ctrl+C stops it.\n');
  await host.untilStopped();
  return 0;
}

async function runOnce(host: LaptopHost, options: CommandLine): Promise<number> {
  const { from, to } = options;
  const window = from && to ? { from, to } : undefined;
  try {
    const rows = await archiveOnce(
      host.functions,
      host.app,
      window,
      createProgressDisplay(process.stdout),
    );
    if (rows.length === 0) {
      throw new ConfigurationError([
        'CONNECTORS names no connector: set it, for example to webex.',
      ]);
    }
    process.stdout.write(`${countersTable(rows)}\n`);
    if (options.json) {
      const named = rows.map((row) => ({ connector: row.partitionKey, ...row }));
      process.stdout.write(`${JSON.stringify(named)}\n`);
    }
    return rows.every(({ state }) => state === 'completed') ? 0 : 1;
  } finally {
    await host.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
