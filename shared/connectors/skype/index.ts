import type { ConnectorType } from '../connector.ts';
import { convertRecord } from './convert.ts';
import { fetchPage } from './fetch.ts';
import { createRosters } from './rosters.ts';
import { createSessions } from './sessions.ts';
import { skypeSettingsSchema } from './settings.ts';
import { createSettlings } from './settling.ts';

/** Skype for Business Server: what its own tools export. See README.md beside this file. */
export const skype: ConnectorType = {
  type: 'skype',
  folder: 'Skype for Business',
  overlapHours: 0,
  settings: skypeSettingsSchema,
  chatAddresses: true,
  create(settings, deps) {
    const { DROP_CONTAINER } = skypeSettingsSchema.parse(settings);
    const drop = deps.drop(DROP_CONTAINER);
    const source = {
      ...{ deps, drop },
      rosters: createRosters(deps.state),
      sessions: createSessions(deps.state, deps.clock),
      settlings: createSettlings(deps.state, drop, deps.log),
    };
    return {
      fetchPage: (request) => fetchPage(source, request),
      convert: convertRecord,
    };
  },
};
