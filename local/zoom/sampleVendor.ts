import type { SampleVendor } from '../sampleVendor.ts';
import { samplePeople, sampleWorld } from './sampleWorld.ts';
import { startSimulatedZoom } from './server.ts';
import { defaultCredentials } from './tokens.ts';

export const zoomSamples: SampleVendor = {
  name: 'zoom',
  people: samplePeople,
  async start({ now, isFailing }) {
    const simulated = await startSimulatedZoom({ world: sampleWorld({ now }) });
    const { accountId, clientId, clientSecret } = defaultCredentials;
    return {
      settings: {
        ACCOUNT_ID: accountId,
        CLIENT_ID: clientId,
        CLIENT_SECRET: isFailing ? 'revoked' : clientSecret,
        LANE: 'archive',
        BASE_URL: simulated.baseUrl,
        AUTH_URL: simulated.authUrl,
        DOWNLOAD_HOSTS: simulated.elsewhere,
      },
      close: simulated.close,
    };
  },
};
