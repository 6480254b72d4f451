import type { ConnectorType } from '../connector.ts';
import { createWebexClient } from './client.ts';
import { convertRecord } from './convert.ts';
import { createEventReader } from './events.ts';
import { fetchPage } from './fetch.ts';
import { createDownloads } from './files.ts';
import { uuidOf } from './ids.ts';
import { createMembershipLog } from './membershipLog.ts';
import { createOrganisation } from './organisation.ts';
import { createPace } from './pace.ts';
import { createRooms } from './rooms.ts';
import { webexSettingsSchema } from './settings.ts';

/** Cisco Webex: messages of 1:1, group and team spaces. See README.md beside this file. */
export const webex: ConnectorType = {
  type: 'webex',
  folder: 'Webex Teams',
  overlapHours: 24,
  spellPersonId: uuidOf,
  settings: webexSettingsSchema,
  create(settings, deps) {
    const parsed = webexSettingsSchema.parse(settings);
    const client = createWebexClient(parsed, deps);
    const source = {
      ...{ client, deps },
      events: createEventReader(client, deps.log),
      pace: createPace(),
      rooms: createRooms(client),
      downloads: createDownloads(client, deps),
      membershipLog: createMembershipLog(deps.state),
      organisation: createOrganisation(client, deps.state, parsed.CLIENT_ID),
    };
    return {
      fetchPage: (request) => fetchPage(source, request),
      convert: convertRecord,
    };
  },
};
