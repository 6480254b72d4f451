import { newKeyPair } from '../../../local/symphony/accounts.ts';
import { samplePeople, sampleWorld } from '../../../local/symphony/sampleWorld.ts';
import { startSimulatedSymphony } from '../../../local/symphony/server.ts';
import { symphony } from '../../../shared/connectors/symphony/index.ts';
import { now } from '../../shared/connectors/pipeline.ts';
import { jsonIn, listIn, stringsAt, thingOf } from '../reading.ts';
import { recordSamples } from '../recordSamples.ts';
import type { MutationSubject, Thing } from '../subject.ts';

export const symphonyMutations: MutationSubject = {
  name: 'symphony',
  type: symphony,
  people: samplePeople,
  samples: () =>
    recordSamples(symphony, async (clock) => {
      const [world, keyPair] = [sampleWorld({ now }), newKeyPair()];
      const options = { world, keyPair, now: clock.now };
      const simulated = await startSimulatedSymphony(options);
      return {
        settings: {
          ...{ USERNAME: simulated.username, PRIVATE_KEY: keyPair.privateKey },
          ...{ POD_URL: simulated.podUrl, AGENT_URL: simulated.agentUrl },
        },
        close: simulated.close,
      };
    }),
  thingsIn({ name, bytes }) {
    if (/\/agent\/v4\/stream\/[^/]+\/message/.test(name)) {
      const messages = jsonIn(bytes);
      return Array.isArray(messages) ? messages.map(message) : [];
    }
    return /\/streams\/list/.test(name) ? listIn(bytes, 'streams').map(stream) : [];
  },
  isAboutPeople: (name) => /membership|\/users|authenticate|streams\/list/.test(name),
};

const message = (value: unknown): Thing => thingOf(value, stringsAt(value, 'messageId'));

/** Its messages are things themselves; one that can't be read must be told of. */
const stream = (value: unknown): Thing => {
  const [id] = stringsAt(value, 'id');
  return thingOf(value, [], id === undefined ? {} : { leadsTo: `/stream/${id}/message` });
};
