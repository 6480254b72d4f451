import { samplePeople, sampleWorld } from '../../../local/webex/sampleWorld.ts';
import { startSimulatedWebex } from '../../../local/webex/server.ts';
import { defaultCredentials } from '../../../local/webex/tokens.ts';
import { webex } from '../../../shared/connectors/webex/index.ts';
import { now } from '../../shared/connectors/pipeline.ts';
import { listIn, stringsAt, thingOf } from '../reading.ts';
import { recordSamples } from '../recordSamples.ts';
import type { MutationSubject } from '../subject.ts';

export const webexMutations: MutationSubject = {
  name: 'webex',
  type: webex,
  people: samplePeople,
  samples: () =>
    recordSamples(webex, async (clock) => {
      const world = sampleWorld({ now });
      const simulated = await startSimulatedWebex({ world, now: clock.now });
      const { clientId, clientSecret, refreshToken } = defaultCredentials;
      return {
        settings: {
          ...{ CLIENT_ID: clientId, CLIENT_SECRET: clientSecret },
          ...{ REFRESH_TOKEN: refreshToken, BASE_URL: simulated.baseUrl },
        },
        close: simulated.close,
      };
    }),
  thingsIn: ({ name, bytes }) =>
    /\/events\?resource=(messages|attachmentActions)/.test(name)
      ? listIn(bytes, 'items').map((event) => thingOf(event, namesOf(event)))
      : [],
  isAboutPeople: (name) => /memberships|\/people|access_token/.test(name),
};

const events: Record<string, string> = { updated: 'edited', deleted: 'deleted' };

/** A message has several events; an event that can't be read is called by its own id. */
function namesOf(event: unknown): string[] {
  const [type = ''] = stringsAt(event, 'type');
  const ids = stringsAt(event, 'data', 'id');
  return [
    ...ids.map((id) => `${id} ${events[type] ?? 'created'}`),
    ...stringsAt(event, 'id'),
  ];
}
