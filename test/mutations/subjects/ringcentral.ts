import { samplePeople, sampleWorld } from '../../../local/ringcentral/sampleWorld.ts';
import { startSimulatedRingCentral } from '../../../local/ringcentral/server.ts';
import { defaultCredentials } from '../../../local/ringcentral/tokens.ts';
import { ringcentral } from '../../../shared/connectors/ringcentral/index.ts';
import { now } from '../../shared/connectors/pipeline.ts';
import { listIn, stringsAt, thingOf } from '../reading.ts';
import { recordSamples } from '../recordSamples.ts';
import type { Input, MutationSubject, Thing } from '../subject.ts';
import { entriesOf } from '../zips.ts';

export const ringcentralMutations: MutationSubject = {
  name: 'ringcentral',
  type: ringcentral,
  people: samplePeople,
  samples: () =>
    recordSamples(ringcentral, async (clock) => {
      const world = sampleWorld({ now });
      const simulated = await startSimulatedRingCentral({ world, now: clock.now });
      const { clientId, clientSecret, jwt } = defaultCredentials;
      return {
        settings: {
          ...{ CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, JWT: jwt },
          ...{ BASE_URL: simulated.baseUrl, DOWNLOAD_HOSTS: simulated.mediaHost },
        },
        close: simulated.close,
      };
    }),
  thingsIn: recordsIn,
  isAboutPeople: (name) => /oauth/.test(name),
};

/** The datasets of an export, and the records in them, as far as they are items. */
async function recordsIn({ name, bytes }: Input): Promise<Thing[]> {
  if (/GET .*\/data-export\/[^/]+$/.test(name))
    return listIn(bytes, 'datasets').map(dataset);
  if (!/\/datasets\//.test(name)) return [];
  const files = await entriesOf(bytes).catch(() => []);
  return files
    .filter((file) => /^(posts|tasks|notes|events|files|whiteboards)\//.test(file.name))
    .flatMap(({ content }) => listIn(content, 'records'))
    .map((record) => thingOf(record, stringsAt(record, 'id')));
}

function dataset(value: unknown): Thing {
  const path = stringsAt(value, 'uri').flatMap((uri) => URL.parse(uri)?.pathname ?? []);
  return thingOf(value, [], path[0] === undefined ? {} : { leadsTo: path[0] });
}
