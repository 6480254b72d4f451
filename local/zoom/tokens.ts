import { type Answer, json } from '../simulation/answers.ts';
import { uuidFrom } from '../simulation/seeded.ts';
import { refusal } from './answers.ts';

export interface TokenOptions {
  accountId?: string;
  clientId?: string;
  clientSecret?: string;
  /** An hour in reality. */
  expiresInSeconds?: number;
  /** Where the account lives, as in `https://api-eu.zoom.us`; elsewhere its tokens are refused. */
  apiUrl?: string;
  /** The app has been switched off. */
  isDisabled?: boolean;
}

/** What a connector has to be given to be let in, unless the options say otherwise. */
export const defaultCredentials = {
  accountId: 'abcDEF123GHI456jkl789A',
  clientId: 'simulatedZoomApp',
  clientSecret: 'simulated-zoom-client-secret',
} as const;

export interface TokenOffice {
  grant(authorization: string | undefined, form: URLSearchParams): Answer;
  /** The refusal, unless the header carries a token that is good now. */
  check(authorization: string | undefined, where: string): Answer | undefined;
}

/** https://developers.zoom.us/docs/internal-apps/s2s-oauth/ */
export function createTokenOffice(
  options: TokenOptions,
  now: () => Date,
  violation: (text: string) => void,
): TokenOffice {
  const app = { ...defaultCredentials, ...options };
  const life = options.expiresInSeconds ?? 3600;
  const tokens = new Map<string, number>();

  function grant(authorization: string | undefined, form: URLSearchParams): Answer {
    const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64');
    if (!/^Basic \S+$/.test(authorization ?? '')) {
      violation('token: no basic authorization');
      return wrong(400, 'Missing client credentials', 'invalid_request');
    }
    if (form.get('grant_type') !== 'account_credentials') {
      violation('token: a grant type other than account_credentials');
      return wrong(400, 'unsupported grant type', 'unsupported_grant_type');
    }
    if (authorization !== `Basic ${basic}`) {
      violation('token: the client id or secret is wrong');
      return wrong(400, 'Invalid client_id or client_secret', 'invalid_client');
    }
    if (app.isDisabled) return wrong(400, 'The app has been disabled', 'invalid_request');
    if (form.get('account_id') !== app.accountId) {
      violation('token: the account id is wrong');
      return wrong(400, 'Bad Request: Invalid account', 'invalid_request');
    }
    const token = uuidFrom('token', tokens.size, now().getTime());
    tokens.set(token, now().getTime() + life * 1000);
    return json(200, {
      ...{ access_token: token, token_type: 'bearer', expires_in: life },
      scope: 'archiving:read:list_archived_files:admin user:read:list_users:admin',
      api_url: app.apiUrl ?? 'https://api-us.zoom.us',
    });
  }

  function check(authorization: string | undefined, where: string): Answer | undefined {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    const until = token === undefined ? undefined : tokens.get(token);
    if (until !== undefined && now().getTime() < until && !app.apiUrl) return undefined;
    if (token === undefined) violation(`${where}: no bearer token`);
    else if (until === undefined) violation(`${where}: a token that is not Zoom's`);
    else if (now().getTime() >= until) violation(`${where}: an expired access token`);
    return refusal(401, 124, 'Invalid access token.');
  }

  return { grant, check };
}

const wrong = (status: number, reason: string, error: string): Answer =>
  json(status, { reason, error });
