import type { ConnectorType } from '../connector.ts';
import { createArchiveLane } from './archiveLane.ts';
import { createZoomClient } from './client.ts';
import { convertRecord } from './convert.ts';
import { createDirectories } from './directory.ts';
import { fetchPage } from './fetch.ts';
import { createDownloads } from './files.ts';
import { createSlices } from './lastSlice.ts';
import { createRecordingsLane } from './recordingsLane.ts';
import { zoomSettingsSchema } from './settings.ts';

/** Zoom Meetings: who met, what they wrote, what was recorded. See README.md beside this file. */
export const zoom: ConnectorType = {
  type: 'zoom',
  folder: 'Zoom Meetings',
  // Recordings are listed by when their meeting began, however late they come.
  overlapHours: 7 * 24,
  settings: zoomSettingsSchema,
  create(settings, deps) {
    const parsed = zoomSettingsSchema.parse(settings);
    const origin = { account: parsed.ACCOUNT_ID, lane: parsed.LANE };
    const client = createZoomClient(parsed, deps);
    const directories = createDirectories(client);
    const lane =
      parsed.LANE === 'archive'
        ? createArchiveLane(client, origin, deps.clock)
        : createRecordingsLane(client, origin, directories, deps);
    const source = {
      ...{ client, deps, origin, lane, directories, slices: createSlices(lane) },
      downloads: createDownloads(client, deps),
      isForHost: parsed.FILES_TO === 'host',
    };
    return {
      fetchPage: (request) => fetchPage(source, request),
      convert: convertRecord,
    };
  },
};
