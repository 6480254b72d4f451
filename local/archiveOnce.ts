import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { App } from '../shared/app/app.ts';
import type { RunRef, WindowText } from '../shared/archive/runs/runMessages.ts';
import { compactTime } from '../shared/archive/state/tableKeys.ts';
import type { Window } from '../shared/connectors/connector.ts';
import type { RunRow } from '../shared/status/runLog.ts';
import type { FunctionsHost, Instance } from './functionsHost/functionsHost.ts';
import type { ProgressDisplay } from './progress.ts';

const pollMs = 250;
/** So long without an outcome, and nothing is on its way any more. */
const stillMs = 10_000;
const hourMs = 60 * 60 * 1000;

const runsSchema = z.array(z.object({ connector: z.string(), runId: z.string() }));
const inputSchema = z.object({
  window: z.object({ from: z.string(), to: z.string() }).optional(),
});

/**
 * Runs every connector now and waits until each run has ended. A run that a killed process left
 * is taken over first; if it has the window that is asked for, it is the run. Runs that ended
 * with imports outstanding are waited for too: this start goes on with them.
 * Returns the rows of all runs that were started or taken over.
 */
export async function archiveOnce(
  host: FunctionsHost,
  app: App,
  window: Window | undefined,
  display: ProgressDisplay,
): Promise<RunRow[]> {
  const asked = window && {
    from: window.from.toISOString(),
    to: window.to.toISOString(),
  };
  const deadline = Date.now() + app.core.settings.RUN_DEADLINE_HOURS * hourMs;
  const outstanding = await outstandingRuns(app);
  const before = await lastRuns(app);
  const show = () => showProgress(app, display, before);
  const runs: RunRef[] = [];
  let isDone = false;
  for (const left of await host.unfinished('archiveRun')) {
    runs.push(...(await waitFor(host, left.instanceId, show)));
    isDone ||= asked !== undefined && isSameWindow(left, asked);
  }
  if (!isDone) {
    const instanceId = `archive-${compactTime(new Date())}-${process.pid}`;
    const input = asked ? { window: asked } : {};
    await host.startOrchestration('archiveRun', input, instanceId);
    runs.push(...(await waitFor(host, instanceId, show)));
  }
  const known = new Set(runs.map(({ runId }) => runId));
  runs.push(...outstanding.filter(({ runId }) => !known.has(runId)));
  for (const run of runs) await settled(app, run, deadline);
  display.done();
  return rowsOf(app, runs);
}

/** Runs of earlier starts with copies that have no outcome yet. */
async function outstandingRuns(app: App): Promise<RunRef[]> {
  const ready = app.core.connectors.entries.filter(({ ok }) => ok);
  const names = new Set(ready.map(({ name }) => name));
  return (await app.core.runLog.unsettled())
    .map(({ partitionKey: connector, runId }) => ({ connector, runId }))
    .filter(({ connector }) => names.has(connector));
}

/** Waits until every copy has an outcome, or can have none before somebody mends something. */
async function settled(app: App, run: RunRef, deadline: number): Promise<void> {
  const { connector, runId } = run;
  let last = { outcomes: -1, at: Date.now() };
  while (Date.now() < deadline) {
    await app.settleRun(run);
    const row = await app.core.runLog.read(connector, runId);
    if (row?.settled) return;
    const outcomes = row ? outcomesOf(row) : 0;
    if (outcomes !== last.outcomes) last = { outcomes, at: Date.now() };
    const isStill = Date.now() - last.at > stillMs;
    // What stops one mailbox leaves the others at work.
    if (isStill && (await app.core.statuses.read(connector)).importProblem) return;
    await delay(pollMs);
  }
}

const outcomesOf = ({ imported, partial, skipped, failed }: RunRow): number =>
  imported + partial + skipped + failed;

async function lastRuns(app: App): Promise<Set<string>> {
  return new Set((await app.core.statuses.all()).map(({ lastRunId }) => lastRunId));
}

function isSameWindow({ input }: Instance, asked: WindowText): boolean {
  const window = inputSchema.safeParse(input).data?.window;
  return window?.from === asked.from && window.to === asked.to;
}

async function waitFor(
  host: FunctionsHost,
  instanceId: string,
  show: () => Promise<void>,
): Promise<RunRef[]> {
  for (;;) {
    const instance = await host.status(instanceId);
    await show();
    if (instance?.status === 'Completed') return runsSchema.parse(instance.output);
    if (instance && instance.status !== 'Running' && instance.status !== 'Pending') {
      throw new Error(
        `The run ended as ${instance.status}: ${JSON.stringify(instance.output)}`,
      );
    }
    await delay(pollMs);
  }
}

async function rowsOf(app: App, runs: RunRef[]): Promise<RunRow[]> {
  const rows = await Promise.all(
    runs.map(({ connector, runId }) => app.core.runLog.read(connector, runId)),
  );
  return rows.filter((row) => row !== undefined);
}

/** Of the runs that began with this command. */
async function showProgress(
  app: App,
  display: ProgressDisplay,
  before: Set<string>,
): Promise<void> {
  const statuses = await app.core.statuses.all();
  const running = statuses.filter(
    ({ lastRunId, state }) => !before.has(lastRunId) && state !== 'misconfigured',
  );
  const lines = await Promise.all(
    running.map(async ({ rowKey: connector, lastRunId }) => ({
      connector,
      totals: await app.core.progress.read(connector, lastRunId),
    })),
  );
  display.show(lines);
}
