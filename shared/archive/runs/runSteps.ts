import type { Window } from '../../connectors/connector.ts';
import type { ConnectorStatuses } from '../../status/connectorStatus.ts';
import type { RunLog } from '../../status/runLog.ts';
import type { Gaps } from '../state/gaps.ts';
import type { IsAlive } from './instances.ts';
import { runStart } from './runIds.ts';

const hourMs = 60 * 60 * 1000;

/** What the steps of a run read and write. */
export interface RunDeps {
  statuses: ConnectorStatuses;
  runLog: RunLog;
  gaps: Gaps;
  now: () => Date;
}

/** Which run is to begin; `window`: for a backfill. */
export interface BeginInput {
  connector: string;
  type: string;
  runId: string;
  /** A backfill's window; absent for a scheduled run. */
  window: Window | undefined;
  archiveStart: Date | undefined;
  overlapHours: number;
}

/** Whether the run may fetch, and what. */
export type BeginAnswer =
  | { kind: 'go'; window: Window; readFrom: Date }
  /** Another run of the connector fetches now. */
  | { kind: 'busy' };

/** Takes the connector's one place to fetch, and settles the window. */
export async function beginRun(
  deps: RunDeps & { isAlive: IsAlive },
  input: BeginInput,
): Promise<BeginAnswer> {
  const { connector, runId } = input;
  const now = deps.now();
  const status = await deps.statuses.change(connector, async ({ activeRunId }) => {
    if (activeRunId === runId) return undefined;
    if (activeRunId && (await deps.isAlive(connector, activeRunId))) return undefined;
    return {
      type: input.type,
      state: 'running',
      activeRunId: runId,
      lastRunId: runId,
      message: '',
      importProblem: '',
    };
  });
  if (status.activeRunId !== runId) return { kind: 'busy' };

  const known = await deps.runLog.read(connector, runId);
  const window = known?.windowTo
    ? { from: new Date(known.windowFrom), to: new Date(known.windowTo) }
    : upTo(
        now,
        input.window ?? scheduledWindow(status.watermark, input.archiveStart, now),
      );
  await deps.runLog.write(connector, runId, {
    ...{ state: 'running', startedAt: runStart(runId).toISOString(), settled: false },
    windowFrom: window.from.toISOString(),
    windowTo: window.to.toISOString(),
  });
  const overlapMs = input.window || !status.watermark ? 0 : input.overlapHours * hourMs;
  return { kind: 'go', window, readFrom: new Date(window.from.getTime() - overlapMs) };
}

/** What is still to come can't be archived, and the watermark must not say that it is. */
function upTo(now: Date, { from, to }: Window): Window {
  const end = new Date(Math.min(to.getTime(), now.getTime()));
  return { from, to: end < from ? from : end };
}

function scheduledWindow(
  watermark: string,
  archiveStart: Date | undefined,
  now: Date,
): Window {
  if (watermark) return { from: new Date(watermark), to: now };
  return { from: archiveStart ?? new Date(now.getTime() - 24 * hourMs), to: now };
}

/** How the reading of a source ended. */
export interface CloseInput {
  connector: string;
  runId: string;
  /** The run was given its window; it moves the watermark only if it continues it. */
  backfill: boolean;
  pages: number;
  /** Why the source could not be read to the end. */
  failure: { misconfigured: boolean; message: string } | undefined;
}

/**
 * The source has been read, and every page has its manifest, or it could not be read: gives the
 * connector's place to fetch back, and moves the watermark if the window is archived.
 */
export async function closeWindow(deps: RunDeps, input: CloseInput): Promise<void> {
  const { connector, runId, failure } = input;
  if (!failure) await deps.gaps.countAttempts(connector, runId);
  const run = await deps.runLog.read(connector, runId);
  await deps.runLog.write(connector, runId, {
    pages: input.pages,
    fetchError: failure?.message ?? '',
    closedAt: deps.now().toISOString(),
    settled: false,
  });
  const openGaps = await deps.gaps.count(connector);
  await deps.statuses.change(connector, async ({ activeRunId, watermark }) => {
    if (activeRunId !== runId) return undefined;
    if (failure) {
      return {
        state: failure.misconfigured ? 'misconfigured' : 'failed',
        activeRunId: '',
        openGaps,
        message: failure.message,
      };
    }
    const moved =
      run && movedWatermark(watermark, run.windowFrom, run.windowTo, input.backfill);
    return {
      ...{ state: 'idle', activeRunId: '', openGaps, message: '' },
      ...(moved && { watermark: moved }),
    };
  });
}

/** ISO 8601 in UTC sorts as time does. */
function movedWatermark(watermark: string, from: string, to: string, backfill: boolean) {
  if (watermark && watermark >= to) return undefined;
  if (backfill && (!watermark || from > watermark)) return undefined;
  return to;
}

/** A run that can't begin: its connector's settings are wrong. */
export async function rejectRun(
  deps: RunDeps,
  at: { connector: string; type: string; runId: string },
  message: string,
): Promise<void> {
  const { connector, type, runId } = at;
  await deps.statuses.change(connector, async ({ activeRunId }) => ({
    type,
    state: 'misconfigured',
    lastRunId: runId,
    message,
    ...(activeRunId === runId && { activeRunId: '' }),
  }));
  const startedAt = runStart(runId).toISOString();
  const completedAt = deps.now().toISOString();
  await deps.runLog.write(connector, runId, {
    ...{ state: 'failed', startedAt, completedAt, message },
    ...{ pages: 0, fetchError: message, settled: true },
  });
}
