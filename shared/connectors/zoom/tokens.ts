import type { ConnectorDeps } from '../connector.ts';
import { createBearer } from '../http/bearer.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import { type Credentials, createVendorHttp } from '../http/vendorHttp.ts';
import { SourceFailure } from '../page/sourceFaults.ts';
import { settingPrefix } from '../settingFields.ts';
import { type No, readNo } from './refusals.ts';
import { tokenAnswerSchema } from './schema.ts';
import type { ZoomSettings } from './settings.ts';

/** Access tokens, got when they are needed. */
export interface Tokens extends Credentials {
  /** Where Zoom says that this account lives, as in `https://api-eu.zoom.us`. */
  apiUrl(): string | undefined;
}

/**
 * Access tokens of a server-to-server OAuth app. There is no refresh token: one asks again.
 *
 * https://developers.zoom.us/docs/internal-apps/s2s-oauth/
 */
export function createTokens(settings: ZoomSettings, deps: ConnectorDeps): Tokens {
  const { fetch, clock, log } = deps;
  // Apart from the API's, so that a token is never waiting behind what waits for the token.
  const http = createVendorHttp({
    ...{ vendor: 'Zoom', fetch, clock, log },
    baseUrl: settings.AUTH_URL,
    maxInFlight: 1,
  });
  let apiUrl: string | undefined;

  const bearer = createBearer(clock, async (until) => {
    const answer = await http.send(
      {
        url: new URL(settings.AUTH_URL),
        what: 'an access token',
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${basic(settings)}`,
        },
        body: new URLSearchParams({
          grant_type: 'account_credentials',
          account_id: settings.ACCOUNT_ID,
        }).toString(),
        anonymous: true,
        until,
      },
      read,
    );
    apiUrl = answer.api_url;
    return answer;
  });

  async function read(answer: Answer) {
    if (answer.status === 200) return answer.json(tokenAnswerSchema);
    const no = readNo(answer.status, await answer.text());
    throw new SourceFailure(sentenceOf(no, settingPrefix(deps.name)), true);
  }

  return { ...bearer, apiUrl: () => apiUrl };
}

const basic = ({ CLIENT_ID, CLIENT_SECRET }: ZoomSettings): string =>
  Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64');

/** https://developers.zoom.us/docs/integrations/oauth/ and the app's own page. */
function sentenceOf({ status, code, message }: No, prefix: string): string {
  if ([4717, 4738, 4741].includes(code ?? 0) || /disabled|deactivated/i.test(message)) {
    return 'The Zoom app is switched off or was revoked: activate it in marketplace.zoom.us (Manage), or have the account owner allow it.';
  }
  if ([4702, 4704].includes(code ?? 0) || /client/i.test(message)) {
    return `Zoom does not know the app: check ${prefix}CLIENT_ID and ${prefix}CLIENT_SECRET.`;
  }
  if (code === 4705 || /grant/i.test(message)) {
    return 'Zoom refused the kind of app: it must be a server-to-server OAuth app.';
  }
  if (/account/i.test(message)) {
    return `Zoom does not know the account: check ${prefix}ACCOUNT_ID.`;
  }
  return `Zoom refused an access token with ${status}: check ${prefix}ACCOUNT_ID, ${prefix}CLIENT_ID and ${prefix}CLIENT_SECRET, and that the app is active.`;
}
