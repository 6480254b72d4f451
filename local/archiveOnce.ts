import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { App } from '../shared/app/app.ts';
import type { WindowText } from '../shared/archive/orchestration.ts';
import { compactTime } from '../shared/archive/tableKeys.ts';
import type { Window } from '../shared/connectors/connector.ts';
import type { RunRow } from '../shared/status/runLog.ts';
import type { FunctionsHost, Instance } from './functionsHost/functionsHost.ts';
import type { ProgressDisplay } from './progress.ts';

const pollMs = 250;

const runsSchema = z.array(z.object({ connector: z.string(), runId: z.string() }));
const inputSchema = z.object({
  window: z.object({ from: z.string(), to: z.string() }).optional(),
});

/**
 * Runs every connector now and waits until each run has ended. A run that a killed process left
 * is taken over first; if it has the window that is asked for, it is the run.
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
  const rows: RunRow[] = [];
  let isDone = false;
  for (const left of await host.unfinished('archiveRun')) {
    rows.push(...(await waitFor(host, app, left.instanceId, display)));
    isDone ||= asked !== undefined && isSameWindow(left, asked);
  }
  if (!isDone) {
    const instanceId = `archive-${compactTime(new Date())}-${process.pid}`;
    const input = asked ? { window: asked } : {};
    await host.startOrchestration('archiveRun', input, instanceId);
    rows.push(...(await waitFor(host, app, instanceId, display)));
  }
  display.done();
  return rows;
}

function isSameWindow({ input }: Instance, asked: WindowText): boolean {
  const window = inputSchema.safeParse(input).data?.window;
  return window?.from === asked.from && window.to === asked.to;
}

async function waitFor(
  host: FunctionsHost,
  app: App,
  instanceId: string,
  display: ProgressDisplay,
): Promise<RunRow[]> {
  for (;;) {
    const instance = await host.status(instanceId);
    await showProgress(app, display);
    if (instance?.status === 'Completed') return rowsOf(app, instance);
    if (instance && instance.status !== 'Running' && instance.status !== 'Pending') {
      throw new Error(
        `The run ended as ${instance.status}: ${JSON.stringify(instance.output)}`,
      );
    }
    await delay(pollMs);
  }
}

async function rowsOf(app: App, { output }: Instance): Promise<RunRow[]> {
  const rows = await Promise.all(
    runsSchema
      .parse(output)
      .map(({ connector, runId }) => app.core.runLog.read(connector, runId)),
  );
  return rows.filter((row) => row !== undefined);
}

async function showProgress(app: App, display: ProgressDisplay): Promise<void> {
  const statuses = await app.core.statuses.all();
  const running = statuses.filter(
    ({ lastRunId, state }) => lastRunId && state !== 'misconfigured',
  );
  const lines = await Promise.all(
    running.map(async ({ rowKey: connector, lastRunId }) => ({
      connector,
      totals: await app.core.progress.read(connector, lastRunId),
    })),
  );
  display.show(lines);
}
