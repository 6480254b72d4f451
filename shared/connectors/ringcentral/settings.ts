import { z } from 'zod';
import { secureUrl } from '../../secureUrl.ts';
import { downloadHostsSetting, requiredSetting } from '../settingFields.ts';

const missing = {
  clientId: 'The client id of the app is missing: see its credentials at RingCentral.',
  clientSecret: 'The client secret of the app is missing: see its credentials.',
  jwt: 'The JWT credential is missing: an administrator must create one.',
};

/** The app and the administrator in whose name it asks: see README.md, "Credentials". */
export const ringcentralSettingsSchema = z.object({
  CLIENT_ID: requiredSetting(missing.clientId).describe(
    'Client id of the app (developers.ringcentral.com, Console, Apps)',
  ),
  CLIENT_SECRET: requiredSetting(missing.clientSecret).describe(
    'Client secret of the app',
  ),
  JWT: requiredSetting(missing.jwt).describe(
    'JWT credential of an administrator who may export',
  ),
  BASE_URL: secureUrl('BASE_URL')
    .default('https://platform.ringcentral.com')
    .describe('The RingCentral API, without a path'),
  DOWNLOAD_HOSTS: downloadHostsSetting,
});

export type RingCentralSettings = z.infer<typeof ringcentralSettingsSchema>;

/** https://developers.ringcentral.com/guide/basics/media: where each API's contents lie. */
const mediaHosts = new Map([
  ['platform.ringcentral.com', 'media.ringcentral.com'],
  ['platform.devtest.ringcentral.com', 'media.devtest.ringcentral.com'],
]);

/**
 * Hosts that may be asked, and get the token, beside the base URL's. RingCentral's own media host
 * counts only where the base URL is RingCentral's: a stand-in must not send its token there.
 */
export function tokenHosts(baseUrl: string, listed: string[]): string[] {
  const media = mediaHosts.get(new URL(baseUrl).host);
  return media === undefined ? listed : [media, ...listed];
}
