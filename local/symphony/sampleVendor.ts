import type { SampleVendor } from '../sampleVendor.ts';
import { newKeyPair } from './accounts.ts';
import { samplePeople, sampleWorld } from './sampleWorld.ts';
import { startSimulatedSymphony } from './server.ts';

export const symphonySamples: SampleVendor = {
  name: 'symphony',
  people: samplePeople,
  async start({ now, isFailing }) {
    const simulated = await startSimulatedSymphony({ world: sampleWorld({ now }) });
    return {
      settings: {
        USERNAME: simulated.username,
        PRIVATE_KEY: isFailing ? newKeyPair().privateKey : simulated.privateKey,
        POD_URL: simulated.podUrl,
        AGENT_URL: simulated.agentUrl,
      },
      close: simulated.close,
    };
  },
};
