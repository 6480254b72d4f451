import type { SampleVendor } from '../sampleVendor.ts';
import { samplePeople, sampleWorld } from './sampleWorld.ts';
import { startSimulatedRingCentral } from './server.ts';
import { defaultCredentials } from './tokens.ts';

export const ringcentralSamples: SampleVendor = {
  name: 'ringcentral',
  people: samplePeople,
  async start({ now, isFailing }) {
    const simulated = await startSimulatedRingCentral({ world: sampleWorld({ now }) });
    const { clientId, clientSecret, jwt } = defaultCredentials;
    return {
      settings: {
        CLIENT_ID: clientId,
        CLIENT_SECRET: isFailing ? 'revoked' : clientSecret,
        JWT: jwt,
        BASE_URL: simulated.baseUrl,
        DOWNLOAD_HOSTS: simulated.mediaHost,
      },
      close: simulated.close,
    };
  },
};
