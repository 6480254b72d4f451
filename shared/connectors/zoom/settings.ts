import { z } from 'zod';
import { secureUrl } from '../../secureUrl.ts';
import { downloadHostsSetting, requiredSetting } from '../settingFields.ts';

const credential = (what: string) =>
  requiredSetting(`The ${what} is missing: see the app in marketplace.zoom.us.`);

/** Where the app and its credentials come from: see README.md, "Credentials". */
export const zoomSettingsSchema = z.object({
  ACCOUNT_ID: credential('account id').describe(
    'Account id of the server-to-server OAuth app (marketplace.zoom.us)',
  ),
  CLIENT_ID: credential('client id').describe('Client id of the app'),
  CLIENT_SECRET: credential('client secret').describe('Client secret of the app'),
  LANE: z
    .enum(['archive', 'recordings'], 'It must be archive or recordings.')
    .describe('archive: the Archiving API; recordings: cloud recordings and reports'),
  FILES_TO: z
    .enum(['participants', 'host'], 'It must be participants or host.')
    .default('participants')
    .describe("Who gets a meeting's recordings"),
  BASE_URL: secureUrl('BASE_URL')
    .default('https://api.zoom.us/v2')
    .describe('The Zoom API, with the version'),
  AUTH_URL: secureUrl('AUTH_URL')
    .default('https://zoom.us/oauth/token')
    .describe('Where access tokens come from'),
  DOWNLOAD_HOSTS: downloadHostsSetting,
});

/** The settings, read. */
export type ZoomSettings = z.infer<typeof zoomSettingsSchema>;

/** The commercial cloud, and the one of the US government. */
const clouds = ['zoom.us', 'zoomgov.com'];

/**
 * Hosts that get the token beside the base URL's: files lie on numbered hosts of Zoom's. They
 * count only where the base URL is of the same cloud: a stand-in must not send its token there.
 */
export function tokenHosts(baseUrl: string, listed: string[]): string[] {
  const { hostname } = new URL(baseUrl);
  const cloud = clouds.find((host) => hostname === host || hostname.endsWith(`.${host}`));
  return cloud ? [cloud, `*.${cloud}`, ...listed] : listed;
}
