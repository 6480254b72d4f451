import type { ConnectorDeps } from '../connector.ts';
import type { Credentials, VendorHttp } from '../http.ts';
import { tokenRefusal } from './refusals.ts';
import { tokenAnswerSchema } from './schema.ts';
import { type RingCentralSettings, settingPrefix } from './settings.ts';

interface AccessToken {
  value: string;
  expiresAt: number;
}

/** A token is renewed this long before it ends, or a tenth of its life if that is less. */
const marginMs = 5 * 60 * 1000;

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
  let current: AccessToken | undefined;
  let renewing: Promise<AccessToken> | undefined;
  const client = Buffer.from(`${settings.CLIENT_ID}:${settings.CLIENT_SECRET}`);

  const grant = (until: Date | undefined): Promise<AccessToken> =>
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
        const given = await answer.json(tokenAnswerSchema);
        const lifeMs = given.expires_in * 1000;
        const expiresAt =
          clock.now().getTime() + lifeMs - Math.min(marginMs, lifeMs / 10);
        return { value: given.access_token, expiresAt };
      },
    );

  async function accessToken(until: Date | undefined): Promise<string> {
    if (current && current.expiresAt > clock.now().getTime()) return current.value;
    renewing ??= grant(until).finally(() => {
      renewing = undefined;
    });
    current = await renewing;
    return current.value;
  }

  return {
    headers: async (until) => ({ authorization: `Bearer ${await accessToken(until)}` }),
    async renew(refused, until) {
      if (current && refused.authorization === `Bearer ${current.value}`) {
        current = undefined;
      }
      await accessToken(until);
    },
  };
}
