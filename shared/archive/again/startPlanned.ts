import type { RunKind, RunLog } from '../../status/runLog.ts';
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

/** The ids of a connector's runs of these kinds that have not ended. */
export async function runsUnderWay(
  runLog: RunLog,
  connector: string,
  kinds: RunKind[],
): Promise<string[]> {
  const runs = (await runLog.unsettled()).filter(
    ({ partitionKey, kind }) => partitionKey === connector && kinds.includes(kind),
  );
  return runs.map(({ runId }) => runId);
}
