import type { ConnectorDeps } from '../connector.ts';
import { createBearer, grantSchema } from '../http/bearer.ts';
import type { Credentials, VendorHttp } from '../http/vendorHttp.ts';
import { settingPrefix } from '../settingFields.ts';
import { tokenRefusal } from './refusals.ts';
import type { RingCentralSettings } from './settings.ts';

/**
 * The JWT grant. A token lives for an hour; a new one is got by showing the JWT again, so there is
 * nothing to keep. One token serves all requests: an app has few sessions for each user.
 *
 * https://developers.ringcentral.com/guide/authentication/jwt-flow
 */
export function createTokens(
  settings: RingCentralSettings,
  { clock, name }: ConnectorDeps,
  http: () => VendorHttp,
): Credentials {
  const client = Buffer.from(`${settings.CLIENT_ID}:${settings.CLIENT_SECRET}`);

  return createBearer(clock, (until) =>
    http().send(
      {
        url: new URL(`${settings.BASE_URL}/restapi/oauth/token`),
        what: 'an access token',
        method: 'POST',
        headers: {
          authorization: `Basic ${client.toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: settings.JWT,
        }).toString(),
        anonymous: true,
        until,
      },
      async (answer) => {
        if (answer.status !== 200) throw await tokenRefusal(answer, settingPrefix(name));
        return answer.json(grantSchema);
      },
    ),
  );
}
