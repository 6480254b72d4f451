import { z } from 'zod';
import { secureUrl } from '../../secureUrl.ts';
import { downloadHostsSetting, requiredSetting } from '../settingFields.ts';

/** Where the integration and its tokens come from: see README.md, "Credentials". */
export const webexSettingsSchema = z.object({
  CLIENT_ID: requiredSetting(
    'The client id of the integration is missing: see My Webex Apps.',
  ).describe('Client id of the integration (developer.webex.com, My Webex Apps)'),
  CLIENT_SECRET: requiredSetting(
    'The client secret of the integration is missing: see My Webex Apps.',
  ).describe('Client secret of the integration'),
  REFRESH_TOKEN: requiredSetting(
    'The refresh token is missing: a Compliance Officer must authorise.',
  ).describe('Refresh token that a Compliance Officer authorised'),
  BASE_URL: secureUrl('BASE_URL')
    .default('https://webexapis.com/v1')
    .describe('The Webex API, with the version'),
  DOWNLOAD_HOSTS: downloadHostsSetting,
});

export type WebexSettings = z.infer<typeof webexSettingsSchema>;

/** File URLs in recorded payloads name each of these; all of them are Cisco's own. */
const vendorHosts = ['webexapis.com', 'integration.webexapis.com', 'api.ciscospark.com'];

/**
 * Hosts that get the token beside the base URL's. Cisco's own count only where the base URL is
 * one of them: a stand-in for Webex must not send its token there.
 */
export function tokenHosts(baseUrl: string, listed: string[]): string[] {
  const isCisco = vendorHosts.includes(new URL(baseUrl).host);
  return isCisco ? [...vendorHosts, ...listed] : listed;
}
