import type { ConnectorDeps, Window } from '../connector.ts';
import type { RingCentralClient } from './client.ts';
import { type ExportContents, listContents } from './entries.ts';
import type { FinishedTask } from './exportState.ts';
import { createExports } from './exports.ts';
import { createOrganisation } from './organisation.ts';
import { createParking, type Parking } from './parking.ts';
import { createRosterStore } from './rosterStore.ts';
import { settleRosters } from './settleRosters.ts';
import { blindnessOf, emptySurvey, problemOf, surveyAccount } from './survey.ts';
import type { Survey } from './surveyTypes.ts';

/** A finished export, and what is known of it before its items are read. */
export interface OpenExport {
  /** Places in the export are good for this task alone; empty where nothing was exported. */
  taskId: string;
  contents: ExportContents;
  survey: Survey;
  organisation: string;
  parking: Parking;
}

/** The exports of a connector, opened: the last one is remembered while it is being read. */
export function createLibrary(
  client: RingCentralClient,
  deps: ConnectorDeps,
  clientId: string,
) {
  const exports = createExports(client, deps);
  const rosters = createRosterStore(deps.state);
  const organisation = createOrganisation(deps.state, clientId);
  let current: { stored: string; opened: OpenExport } | undefined;

  async function read(task: FinishedTask): Promise<OpenExport> {
    const contents = await listContents(deps.files, task);
    const survey = await surveyAccount(contents);
    await settleRosters(survey, contents, task, rosters);
    reportOddities(contents);
    const owner = await organisation(survey, task.creatorId);
    const parking = createParking();
    return { taskId: task.id, contents, survey, organisation: owner, parking };
  }

  function reportOddities({ files, leftAlone }: ExportContents): void {
    if (leftAlone > 0) {
      deps.log.warn(
        `RingCentral's export has ${leftAlone} files that are no records; they were left alone.`,
      );
    }
    const unknown = files.filter(({ folder }) => folder === 'unknown');
    if (unknown.length === 0) return;
    const folders = [...new Set(unknown.map(({ called }) => called))].join(', ');
    deps.log.warn(
      `RingCentral's export has kinds of records that this version does not know (${folders}); they are kept as they are.`,
    );
  }

  /** Downloads once more what can't be read: it may have been spoilt on the way. */
  async function discardBroken({ survey }: OpenExport): Promise<boolean> {
    let isDiscarded = false;
    for (const dataset of survey.problems.keys()) {
      isDiscarded = (await exports.discard(dataset)) || isDiscarded;
    }
    return isDiscarded;
  }

  async function forget(): Promise<void> {
    await current?.opened.parking.clear();
    current = undefined;
  }

  async function open(runId: string, window: Window, until: Date): Promise<OpenExport> {
    if (window.from >= window.to) return nothing(await organisation(emptySurvey(), ''));
    for (;;) {
      const task = await exports.ready(runId, window, until);
      const stored = JSON.stringify(task);
      if (current?.stored === stored) return current.opened;
      await forget();
      const opened = await read(task);
      if (await discardBroken(opened)) continue;
      const blindness = blindnessOf(opened.survey);
      if (blindness) {
        await exports.refuse();
        throw blindness;
      }
      current = { stored, opened };
      return opened;
    }
  }

  return {
    /** Throws what `Exports.ready` throws. */
    open,
    /**
     * The end of a window: nothing is stored of it any more. Throws what of it could not be read;
     * it stays stored then, until the next run, so that whoever asks again is told again.
     */
    async close(runId: string, window: Window, until: Date): Promise<void> {
      if (window.from >= window.to || (await exports.isClosed(runId, window))) return;
      const problem = problemOf((await open(runId, window, until)).survey);
      await forget();
      if (problem) {
        await exports.refuse();
        throw problem;
      }
      await exports.close(runId, window);
    },
  };
}

/** See `createLibrary`. */
export type Library = ReturnType<typeof createLibrary>;

const nothing = (organisation: string): OpenExport => ({
  ...{ taskId: '', survey: emptySurvey(), organisation, parking: createParking() },
  contents: { files: [], broken: [], leftAlone: 0 },
});
