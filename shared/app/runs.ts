import { deliverNewMapping } from '../archive/again/mappingRun.ts';
import {
  type ReplayAnswer,
  type ReplayRequest,
  startReplay,
} from '../archive/again/replay.ts';
import type { IsAlive } from '../archive/runs/instances.ts';
import { newRunId, type PageRef } from '../archive/runs/runIds.ts';
import type {
  BeginResult,
  CloseRequest,
  ConnectorRunInput,
  RunRef,
  SettleResult,
  WindowText,
} from '../archive/runs/runMessages.ts';
import { beginRun, closeWindow, rejectRun } from '../archive/runs/runSteps.ts';
import { settleRun } from '../archive/runs/settleRun.ts';
import { type SweepReport, sweep } from '../archive/sweep/sweep.ts';
import { tidy } from '../archive/sweep/tidy.ts';
import { connectorTypes } from '../connectors/registry.ts';
import { messageOf } from '../errors.ts';
import type { Core } from './core.ts';

const hourMs = 60 * 60 * 1000;
/** What has been open for this long was left by a crash. */
const sweepAgeMs = 15 * 60 * 1000;

/** What a sweep did: also the runs that changed mappings led to, and old blobs removed. */
export interface SweptApp extends SweepReport {
  mappings: number;
  removed: number;
}

/** Runs: how they begin, end, and are picked up where they broke off. */
export function createRuns(core: Core, convert: (ref: PageRef) => Promise<void>) {
  const settle = (connector: string, runId: string): Promise<SettleResult> => {
    const deadlineMs = core.settings.RUN_DEADLINE_HOURS * hourMs;
    return settleRun({ ...core, deadlineMs }, connector, runId);
  };
  const close = (input: Parameters<typeof closeWindow>[1]) => closeWindow(core, input);

  /** What goes wrong here is tried again by the next sweep. */
  async function guarded<T>(what: string, work: () => Promise<T>) {
    try {
      return await work();
    } catch (error) {
      core.log.error(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  }

  async function deliverMappings(): Promise<number> {
    let begun = 0;
    for (const { name, ok } of core.connectors.entries) {
      const what = `The custom mapping of ${name} could not be delivered`;
      if (ok && (await guarded(what, () => deliverNewMapping(core, name)))) begun++;
    }
    return begun;
  }

  async function removeOld(): Promise<number> {
    const names = core.connectors.entries.map(({ name }) => name);
    const work = () => tidy(core, names, core.settings.KEEP_SOURCE_DAYS);
    return (await guarded('Old source pages could not be removed', work)) ?? 0;
  }

  return {
    async planRuns(): Promise<RunRef[]> {
      return core.connectors.entries.map(({ name }) => ({
        connector: name,
        runId: newRunId(core.now(), Math.random),
      }));
    },

    async beginRun(input: ConnectorRunInput, isAlive: IsAlive): Promise<BeginResult> {
      const { connector, runId } = input;
      const entry = core.connectors.entries.find(({ name }) => name === connector);
      const problems = [...core.problems, ...(entry?.ok === false ? entry.problems : [])];
      if (!entry?.ok || problems.length > 0) {
        const type = entry?.type ?? '';
        await rejectRun(core, { connector, type, runId }, problems.join(' '));
        return { kind: 'rejected' };
      }
      const begun = await beginRun(
        { ...core, isAlive },
        {
          ...{ connector, runId, type: entry.type, overlapHours: entry.overlapHours },
          window: input.window && windowOf(input.window),
          archiveStart: core.settings.ARCHIVE_START,
        },
      );
      if (begun.kind === 'busy') return begun;
      return {
        kind: 'go',
        window: {
          from: begun.window.from.toISOString(),
          to: begun.window.to.toISOString(),
        },
        readFrom: begun.readFrom.toISOString(),
        fetcher: fetcherOf(entry.type),
      };
    },

    closeWindow: (request: CloseRequest): Promise<void> =>
      close({ ...request, failure: request.failure }),

    settleRun: ({ connector, runId }: RunRef) => settle(connector, runId),

    /** Past due means that the host was away; what is open then, a lone host left itself. */
    async sweep(isAlive: IsAlive, due: { isPastDue: boolean }): Promise<SweptApp> {
      const retryMailbox = (mailbox: string) => core.retries.send(mailbox, 0, 0);
      const deps = { ...core, convert, close, settle, retryMailbox, isAlive };
      const atOnce = due.isPastDue && core.options.isLoneHost === true;
      const report = await sweep(deps, atOnce ? 0 : sweepAgeMs);
      return { ...report, mappings: await deliverMappings(), removed: await removeOld() };
    },

    /** Tries again what failed in a run: all of it, or only these items. */
    replay: (request: ReplayRequest): Promise<ReplayAnswer> => startReplay(core, request),
  };
}

const windowOf = ({ from, to }: WindowText) => ({
  from: new Date(from),
  to: new Date(to),
});

/** `webex` → `fetchWebex`. */
function fetcherOf(type: string): string {
  const kind = connectorTypes.find((candidate) => candidate.type === type);
  return `fetch${kind?.spelling ?? type.charAt(0).toUpperCase() + type.slice(1)}`;
}
