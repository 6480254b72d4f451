import { z } from 'zod';
import { parseJson } from '../../parseJson.ts';
import type { ConnectorDeps } from '../connector.ts';
import { createBearer } from '../http/bearer.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import type { Credentials, VendorHttp } from '../http/vendorHttp.ts';
import { hashOf } from '../item/key.ts';
import { SourceFailure } from '../page/sourceFaults.ts';
import { settingPrefix } from '../settingFields.ts';
import { errorAnswerSchema, tokenAnswerSchema } from './schema.ts';
import type { WebexSettings } from './settings.ts';

const keptTokenSchema = z.object({ refreshToken: z.string(), savedAt: z.string() });

type TokenAnswer = z.infer<typeof tokenAnswerSchema>;

interface UsedToken {
  refreshToken: string;
  ifMatch: string;
}

/**
 * The refresh grant, and the refresh token that it brings, kept in `state`: it is written before
 * the new access token is used. The document's name holds a hash of the configured token, so a
 * changed setting wins over what was kept, and one that is changed back finds its own again.
 *
 * https://developer.webex.com/docs/integrations#using-the-refresh-token
 */
export function createTokens(
  settings: WebexSettings,
  deps: ConnectorDeps,
  http: () => VendorHttp,
): Credentials {
  const document = `token-${hashOf([settings.CLIENT_ID, settings.REFRESH_TOKEN], 16)}`;
  /** Rotated, but not kept yet because the storage failed. */
  let unkept: UsedToken | undefined;

  /** What to refresh with, and the document's state that it was read from. */
  async function readToken() {
    const kept = await deps.state.read(document, keptTokenSchema);
    return {
      refreshToken: kept?.value.refreshToken ?? settings.REFRESH_TOKEN,
      ifMatch: kept?.etag ?? 'absent',
    };
  }

  async function renew(until: Date | undefined): Promise<TokenAnswer> {
    await keep();
    const first = await readToken();
    const { used, answer } = await refreshOrTryOther(first, until);
    if (answer.refresh_token && answer.refresh_token !== used.refreshToken) {
      unkept = { refreshToken: answer.refresh_token, ifMatch: used.ifMatch };
      await keep();
    }
    return answer;
  }

  /** Where somebody wrote meanwhile, theirs came from the same token and is as good. */
  async function keep(): Promise<void> {
    if (!unkept) return;
    const { refreshToken, ifMatch } = unkept;
    const savedAt = deps.clock.now().toISOString();
    await deps.state.write(document, { refreshToken, savedAt }, ifMatch);
    unkept = undefined;
  }

  /** A refused token may have been rotated by another process a moment ago. */
  async function refreshOrTryOther(
    first: UsedToken,
    until: Date | undefined,
  ): Promise<{ used: UsedToken; answer: TokenAnswer }> {
    try {
      return { used: first, answer: await refresh(first.refreshToken, until) };
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      const kept = await readToken();
      const isNews = kept.refreshToken !== first.refreshToken;
      const other = isNews ? kept : { ...kept, refreshToken: settings.REFRESH_TOKEN };
      if (other.refreshToken === first.refreshToken) throw error;
      return { used: other, answer: await refresh(other.refreshToken, until) };
    }
  }

  const refresh = (refreshToken: string, until: Date | undefined) =>
    http().send(
      {
        url: new URL(`${settings.BASE_URL}/access_token`),
        what: 'an access token',
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: settings.CLIENT_ID,
          client_secret: settings.CLIENT_SECRET,
          refresh_token: refreshToken,
        }).toString(),
        anonymous: true,
        until,
      },
      async (answer) => {
        if (answer.status === 200) return answer.json(tokenAnswerSchema);
        throw await refusal(answer, settingPrefix(deps.name));
      },
    );

  return createBearer(deps.clock, renew);
}

async function refusal(answer: Answer, prefix: string): Promise<SourceFailure> {
  if (answer.status === 404) {
    const message = `Webex has no token service at ${prefix}BASE_URL: correct the setting; it ends with the version, as in https://webexapis.com/v1.`;
    return new SourceFailure(message, true);
  }
  const parsed = errorAnswerSchema.safeParse(parseJson(await answer.text()));
  const { error = '', error_description = '', message = '' } = parsed.data ?? {};
  const words = `${error} ${error_description} ${message}`.toLowerCase();
  const isClient = answer.status === 401 || /invalid_client|client/.test(words);
  if (isClient && !words.includes('invalid_grant')) {
    const advice = `correct ${prefix}CLIENT_ID and ${prefix}CLIENT_SECRET; they are on the integration's page on developer.webex.com.`;
    return new SourceFailure(`Webex does not accept the client: ${advice}`, true);
  }
  const advice = `let a Compliance Officer authorise the integration again, and put the new refresh token into ${prefix}REFRESH_TOKEN.`;
  return new SourceFailure(
    `Webex does not accept the refresh token, which is wrong, was revoked, or was not used for 90 days: ${advice}`,
    true,
  );
}
