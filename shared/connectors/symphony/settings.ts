import { z } from 'zod';
import { secureUrl } from '../../secureUrl.ts';
import { downloadHostsSetting, requiredSetting } from '../settingFields.ts';
import { readPrivateKey } from './privateKey.ts';

const noUsername =
  'The user name of the service account is missing: see the Admin Portal.';
const noKey =
  'The private key of the service account is missing: its public key is in the Admin Portal.';
const badKey =
  'The private key cannot be read: it must be an RSA key in PEM (PKCS#1 or PKCS#8) without a password.';
const hasPath =
  'ends with the host: the paths /login, /pod, /relay and /agent are added by the connector.';

const baseUrl = (name: string) => secureUrl(name).refine(isOrigin, `${name} ${hasPath}`);

/** Where the service account and its key come from: see README.md, "Credentials". */
export const symphonySettingsSchema = z.object({
  USERNAME: requiredSetting(noUsername).describe(
    'User name of the service account (Admin Portal, Service Accounts)',
  ),
  PRIVATE_KEY: requiredSetting(noKey)
    .refine((text) => readPrivateKey(text) !== undefined, badKey)
    .describe(
      'RSA private key of the service account, in PEM; \\n may stand for a new line',
    ),
  POD_URL: baseUrl('POD_URL').describe('The pod, as in https://acme.symphony.com'),
  AGENT_URL: baseUrl('AGENT_URL').describe(
    'The agent; the same as the pod unless it is your own',
  ),
  DOWNLOAD_HOSTS: downloadHostsSetting,
});

export type SymphonySettings = z.infer<typeof symphonySettingsSchema>;

/** A URL's host with its port, also where that is the scheme's own. */
export function hostWithPort(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
}

function isOrigin(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && `${parsed.pathname}${parsed.search}${parsed.hash}` === '/';
}
