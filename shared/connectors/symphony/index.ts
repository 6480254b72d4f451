import type { ConnectorType } from '../connector.ts';
import { settingPrefix } from '../settingFields.ts';
import { createSymphonyClient } from './client.ts';
import { convertRecord } from './convert.ts';
import { createEverybody } from './everybody.ts';
import { fetchPage } from './fetch.ts';
import { createDownloads } from './files.ts';
import { createOrganisation } from './organisation.ts';
import { createDirectory } from './people.ts';
import { createRosters } from './rosters.ts';
import { symphonySettingsSchema } from './settings.ts';
import { createStreamReader } from './streams.ts';

/** Symphony: messages of chats, rooms and walls. See README.md beside this file. */
export const symphony: ConnectorType = {
  type: 'symphony',
  folder: 'Symphony',
  overlapHours: 24,
  settings: symphonySettingsSchema,
  create(settings, deps) {
    const parsed = symphonySettingsSchema.parse(settings);
    const client = createSymphonyClient(parsed, deps);
    const source = {
      ...{ client, deps },
      streams: createStreamReader(client, deps.log, settingPrefix(deps.name)),
      rosters: createRosters(client, deps),
      directory: createDirectory(client, createEverybody(client, deps.log), deps.log),
      downloads: createDownloads(client, deps),
      organisation: createOrganisation(client, deps.state, parsed.USERNAME),
    };
    return {
      fetchPage: (request) => fetchPage(source, request),
      convert: convertRecord,
    };
  },
};
