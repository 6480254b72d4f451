import type { SampleVendor } from '../sampleVendor.ts';
import { samplePeople, sampleWorld } from './sampleWorld.ts';
import { startSimulatedWebex } from './server.ts';
import { defaultCredentials } from './tokens.ts';

export const webexSamples: SampleVendor = {
  name: 'webex',
  people: samplePeople,
  async start({ now, isFailing }) {
    const { baseUrl, close } = await startSimulatedWebex({ world: sampleWorld({ now }) });
    const { clientId, clientSecret, refreshToken } = defaultCredentials;
    return {
      settings: {
        CLIENT_ID: clientId,
        CLIENT_SECRET: clientSecret,
        REFRESH_TOKEN: isFailing ? 'revoked' : refreshToken,
        BASE_URL: baseUrl,
      },
      close,
    };
  },
};
