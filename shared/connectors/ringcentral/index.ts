import type { ConnectorType } from '../connector.ts';
import { createRingCentralClient } from './client.ts';
import { convertRecord } from './convert.ts';
import { fetchPage } from './fetch.ts';
import { createDownloads } from './files.ts';
import { createLibrary } from './library.ts';
import { ringcentralSettingsSchema } from './settings.ts';

/** RingCentral: posts, tasks, notes, calendar events and files. See README.md beside this file. */
export const ringcentral: ConnectorType = {
  type: 'ringcentral',
  spelling: 'RingCentral',
  folder: 'RingCentral',
  overlapHours: 24,
  settings: ringcentralSettingsSchema,
  create(settings, deps) {
    const parsed = ringcentralSettingsSchema.parse(settings);
    const client = createRingCentralClient(parsed, deps);
    const source = {
      deps,
      library: createLibrary(client, deps, parsed.CLIENT_ID),
      downloads: createDownloads(client, deps),
    };
    return {
      fetchPage: (request) => fetchPage(source, request),
      convert: convertRecord,
    };
  },
};
