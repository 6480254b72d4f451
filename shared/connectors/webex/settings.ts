import { z } from 'zod';
import { secureUrl } from '../../secureUrl.ts';

/** Where the integration and its tokens come from: see README.md, "Credentials". */
export const webexSettingsSchema = z.object({
  CLIENT_ID: z
    .string('The client id of the integration is missing: see My Webex Apps.')
    .trim()
    .min(1, 'The client id of the integration is missing: see My Webex Apps.')
    .describe('Client id of the integration (developer.webex.com, My Webex Apps)'),
  CLIENT_SECRET: z
    .string('The client secret of the integration is missing: see My Webex Apps.')
    .trim()
    .min(1, 'The client secret of the integration is missing: see My Webex Apps.')
    .describe('Client secret of the integration'),
  REFRESH_TOKEN: z
    .string('The refresh token is missing: a Compliance Officer must authorise.')
    .trim()
    .min(1, 'The refresh token is missing: a Compliance Officer must authorise.')
    .describe('Refresh token that a Compliance Officer authorised'),
  BASE_URL: secureUrl('BASE_URL')
    .default('https://webexapis.com/v1')
    .describe('The Webex API, with the version'),
  DOWNLOAD_HOSTS: z
    .string()
    .optional()
    .describe('Further hosts that files may come from: host or host:port'),
});

export type WebexSettings = z.infer<typeof webexSettingsSchema>;

/** What a connector's settings begin with, for sentences: `webex-eu` → `WEBEX_EU_`. */
export const settingPrefix = (connector: string): string =>
  `${connector.toUpperCase().replaceAll('-', '_')}_`;

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
