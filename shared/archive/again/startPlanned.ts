import type { RunLog } from '../../status/runLog.ts';
import type { DeliverQueue } from '../deliverQueue.ts';
import { runStart } from '../runs/runIds.ts';
import type { Plan } from './plan.ts';

/** Begins a run that reads no source. Doing it twice changes nothing. */
export async function startPlanned(
  deps: { runLog: RunLog; deliver: DeliverQueue },
  connector: string,
  runId: string,
  plan: Plan,
): Promise<void> {
  if (!(await deps.runLog.read(connector, runId))) {
    await deps.runLog.write(connector, runId, {
      ...{ kind: plan.kind, state: 'running', settled: false },
      ...{ startedAt: runStart(runId).toISOString(), pages: plan.pages.length },
    });
  }
  for (const page of plan.pages.keys()) {
    await deps.deliver.send({ connector, runId, page });
  }
}
