import type { ConnectorDeps, Stored, Window } from '../connector.ts';
import { SourceFailure } from '../page/sourceFaults.ts';
import type { ExportTask } from './apiSchema.ts';
import type { RingCentralClient } from './client.ts';
import { storeDataset } from './datasets.ts';
import {
  createExportStore,
  type ExportState,
  type FinishedTask,
  isExportOf,
  newExport,
} from './exportState.ts';
import { awaitTask, findOrMakeTask } from './exportTask.ts';

/** How many tasks may fail for one window before the run does. */
const mostFailures = 3;
/** An export that is not there after so long is given up; the next run asks anew. */
const longestExportMs = 3 * 60 * 60 * 1000;
/** A ZIP that can't be read is downloaded once more: it may have been spoilt on the way. */
const mostDownloads = 2;

/** Exports from being asked for to being read; one at a time. */
export interface Exports {
  /**
   * The finished export of a window, with all of its ZIPs stored. Throws `WaitUntil` while
   * RingCentral works on it. Goes on where an earlier call or process was.
   */
  ready(runId: string, window: Window, until: Date): Promise<FinishedTask>;
  /** Forgets a stored ZIP that can't be read; false if it was downloaded often enough. */
  discard(datasetId: string): Promise<boolean>;
  /** The window has been read: removes what was stored for it. */
  close(runId: string, window: Window): Promise<void>;
  isClosed(runId: string, window: Window): Promise<boolean>;
  /** The export has faults: no other run takes it for its own. */
  refuse(): Promise<void>;
}

/** Each step is kept in `state` before the next, so that another process goes on from there. */
export function createExports(client: RingCentralClient, deps: ConnectorDeps): Exports {
  const { files, clock, log } = deps;
  const store = createExportStore(deps.state);

  async function begin(runId: string, window: Window): Promise<Stored<ExportState>> {
    const kept = await store.read();
    const isOurs = kept !== undefined && isExportOf(kept.value, runId, window);
    if (isOurs && !kept.value.isClosed) return kept;
    // Left by a run that broke off.
    if (kept) await removeFiles(kept.value);
    const used = kept?.value.used ?? [];
    const state = newExport(runId, window, clock.now(), used);
    return store.write(state, kept?.etag ?? 'absent');
  }

  async function removeFiles({ finished }: ExportState): Promise<void> {
    for (const { file } of finished?.datasets ?? []) {
      if (file) await files.remove(file.path);
    }
  }

  async function finish(
    { value, etag }: Stored<ExportState>,
    window: Window,
    until: Date,
  ): Promise<Stored<ExportState>> {
    const { taskId } = value;
    if (clock.now().getTime() - Date.parse(value.askedAt) > longestExportMs) {
      throw new SourceFailure(
        'RingCentral has not finished the export within three hours. The next run asks again; if this repeats, look for other exports under way, and ask RingCentral Support about Compliance Exports.',
        false,
      );
    }
    if (taskId === undefined) {
      const task = await findOrMakeTask(client, clock, window, value.used, until);
      return store.write({ ...value, taskId: task.id }, etag);
    }
    const { askedAt } = value;
    const end = await awaitTask(client, clock, { taskId, askedAt }, until);
    if (end.kind === 'dead') return abandon({ value, etag }, taskId);
    if (end.kind === 'empty') return refuseEmpty({ value, etag }, taskId);
    return store.write({ ...value, finished: finishedTask(end.task, clock.now()) }, etag);
  }

  async function abandon(
    { value, etag }: Stored<ExportState>,
    taskId: string,
  ): Promise<Stored<ExportState>> {
    await removeFiles(value);
    const failures = value.failures + 1;
    const used = [...value.used, taskId];
    const { taskId: _, finished: __, ...rest } = value;
    const kept = await store.write({ ...rest, failures, used }, etag);
    log.warn(`RingCentral could not finish an export, or has it no more (${failures}).`);
    if (failures < mostFailures) return kept;
    // The next activity of this run may try again from the beginning.
    await store.write({ ...kept.value, failures: 0 }, kept.etag);
    throw new SourceFailure(
      `RingCentral failed ${failures} times to export the window. The next run asks again; if this repeats, ask RingCentral Support about Compliance Exports.`,
      false,
    );
  }

  /** Taken for an empty window it would move the watermark over what nobody has read. */
  async function refuseEmpty(
    { value, etag }: Stored<ExportState>,
    taskId: string,
  ): Promise<never> {
    const { taskId: _, ...rest } = value;
    await store.write({ ...rest, used: [...value.used, taskId] }, etag);
    throw new SourceFailure(
      'RingCentral finished an export without any dataset, though even an export of nothing has one. The next run asks for the window again; if this repeats, ask RingCentral Support about Compliance Exports.',
      false,
    );
  }

  async function downloadNext(
    { value, etag }: Stored<ExportState>,
    finished: FinishedTask,
    until: Date,
  ): Promise<Stored<ExportState> | undefined> {
    const dataset = finished.datasets.find(({ file }) => file === undefined);
    if (!dataset) return undefined;
    const outcome = await storeDataset(client, files, dataset, until);
    if (outcome.kind === 'expired') return abandon({ value, etag }, finished.id);
    const { file } = outcome;
    const stored = { ...dataset, file, downloads: dataset.downloads + 1 };
    return store.write(withDataset(value, stored), etag);
  }

  return {
    async ready(runId, window, until) {
      let state = await begin(runId, window);
      for (;;) {
        const { finished } = state.value;
        if (!finished) {
          state = await finish(state, window, until);
          continue;
        }
        const next = await downloadNext(state, finished, until);
        if (!next) return finished;
        state = next;
      }
    },
    async discard(datasetId) {
      const kept = await store.read();
      const dataset = kept?.value.finished?.datasets.find(({ id }) => id === datasetId);
      if (!kept || !dataset?.file || dataset.downloads >= mostDownloads) return false;
      await files.remove(dataset.file.path);
      const { file: _, ...emptied } = dataset;
      await store.write(withDataset(kept.value, emptied), kept.etag);
      return true;
    },
    async isClosed(runId, window) {
      const kept = await store.read();
      return kept !== undefined && isExportOf(kept.value, runId, window)
        ? kept.value.isClosed
        : false;
    },
    async close(runId, window) {
      const kept = await store.read();
      if (!kept || !isExportOf(kept.value, runId, window)) return;
      await removeFiles(kept.value);
      const { taskId, finished: _, ...rest } = kept.value;
      const used = taskId === undefined ? rest.used : [...rest.used, taskId];
      await store.write({ ...rest, used, isClosed: true }, kept.etag);
    },
    async refuse() {
      const kept = await store.read();
      const { taskId, used = [] } = kept?.value ?? {};
      if (!kept || taskId === undefined || used.includes(taskId)) return;
      await store.write({ ...kept.value, used: [...used, taskId] }, kept.etag);
    },
  };
}

function withDataset(
  state: ExportState,
  changed: FinishedTask['datasets'][number],
): ExportState {
  if (!state.finished) return state;
  const datasets = state.finished.datasets.map((one) =>
    one.id === changed.id ? changed : one,
  );
  return { ...state, finished: { ...state.finished, datasets } };
}

function finishedTask(task: ExportTask, now: Date): FinishedTask {
  const { id, creationTime, lastModifiedTime, creator, datasets = [] } = task;
  const to = lastModifiedTime ?? now.toISOString();
  const from = creationTime ?? to;
  return {
    ...{ id, from, to: to < from ? from : to },
    ...(creator && { creatorId: creator.id }),
    datasets: datasets.map(({ uri, size }, position) => ({
      ...{ id: String(position + 1), uri, downloads: 0 },
      ...(size !== undefined && { size }),
    })),
  };
}
