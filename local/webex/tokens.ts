import { type Answer, json } from '../simulation/answers.ts';
import { uuidFrom } from '../simulation/seeded.ts';
import { refusal, sentences } from './answers.ts';

export interface TokenOptions {
  clientId?: string;
  clientSecret?: string;
  refreshToken?: string;
  /** Life of an access token; Webex has 14 days. */
  expiresInSeconds?: number;
  /** A refresh token lives until its successor is used (`graceful`), or made (`strict`). */
  rotation?: 'none' | 'graceful' | 'strict';
}

/** What a connector has to be given to be let in, unless the options say otherwise. */
export const defaultCredentials = {
  clientId: 'C0ffee5imulatedWebexIntegration',
  clientSecret: 'simulated-webex-client-secret',
  refreshToken: 'simulated-webex-refresh-token',
} as const;

const fourteenDays = 1_209_600;
const ninetyDays = 7_776_000;

export interface TokenOffice {
  /** Answers `POST /access_token`. */
  grant(form: URLSearchParams): Answer;
  /** The refusal, unless the header carries a token that is good now. */
  check(authorization: string | undefined, where: string): Answer | undefined;
}

interface OfficeDeps {
  orgUuid: string;
  now: () => Date;
  violation: (text: string) => void;
}

/** https://developer.webex.com/docs/integrations */
export function createTokenOffice(options: TokenOptions, deps: OfficeDeps): TokenOffice {
  const { orgUuid, now, violation } = deps;
  const client = { ...defaultCredentials, ...options };
  const life = options.expiresInSeconds ?? fourteenDays;
  const accessTokens = new Map<string, number>();
  const refreshTokens = createRefreshTokens(client.refreshToken, options.rotation, now);
  const mark = `_P0A1_${orgUuid}`;

  function grant(form: URLSearchParams): Answer {
    const problem = grantProblem(form, client);
    if (problem) {
      violation(`POST /access_token: ${problem.why}`);
      return refusal(problem.status, problem.message);
    }
    const refreshToken = refreshTokens.use(form.get('refresh_token') ?? '');
    if (refreshToken === undefined) {
      violation('POST /access_token: the refresh token is not valid');
      return refusal(400, 'The refresh token provided is expired, revoked or invalid.');
    }
    const seed = uuidFrom(refreshToken, accessTokens.size, now().getTime());
    const token = `${Buffer.from(seed).toString('base64')}${mark}`;
    accessTokens.set(token, now().getTime() + life * 1000);
    return json(200, {
      access_token: token,
      expires_in: life,
      refresh_token: refreshToken,
      refresh_token_expires_in: ninetyDays,
      token_type: 'Bearer',
    });
  }

  function check(authorization: string | undefined, where: string): Answer | undefined {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    const until = token === undefined ? undefined : accessTokens.get(token);
    if (until !== undefined && now().getTime() < until) return undefined;
    if (!authorization) violation(`${where}: no bearer token`);
    else if (token === undefined) violation(`${where}: not a bearer token`);
    else if (until !== undefined) violation(`${where}: an expired access token`);
    else if (!token.endsWith(mark)) violation(`${where}: a token that is not Webex's`);
    return refusal(401, sentences.unauthorized);
  }

  return { grant, check };
}

interface GrantProblem {
  status: number;
  message: string;
  why: string;
}

function grantProblem(
  form: URLSearchParams,
  client: { clientId: string; clientSecret: string },
): GrantProblem | undefined {
  const needed = ['grant_type', 'client_id', 'client_secret', 'refresh_token'];
  const absent = needed.find((name) => !form.get(name));
  if (absent) {
    const message = `Required parameter ${absent} is missing.`;
    return { status: 400, message, why: `no ${absent}` };
  }
  if (form.get('grant_type') !== 'refresh_token') {
    const message = 'The grant type is not supported.';
    return { status: 400, message, why: 'a grant type other than refresh_token' };
  }
  const known =
    form.get('client_id') === client.clientId &&
    form.get('client_secret') === client.clientSecret;
  if (known) return undefined;
  const message = 'Client authentication failed.';
  return { status: 401, message, why: 'the client id or secret is wrong' };
}

/** A refresh token lives for 90 days from its last use. */
function createRefreshTokens(
  first: string,
  rotation: TokenOptions['rotation'] = 'none',
  now: () => Date,
) {
  let current = { value: first, until: now().getTime() + ninetyDays * 1000 };
  let previous: string | undefined;
  let turns = 0;
  return {
    /** The refresh token to use from now on; undefined if this one is no good. */
    use(value: string): string | undefined {
      if (value !== current.value && value !== previous) return undefined;
      if (now().getTime() >= current.until) return undefined;
      const until = now().getTime() + ninetyDays * 1000;
      if (rotation === 'none' || value === previous) {
        current = { ...current, until };
        return current.value;
      }
      turns += 1;
      previous = rotation === 'graceful' ? current.value : undefined;
      current = { value: `${first}-${uuidFrom(first, turns)}`, until };
      return current.value;
    },
  };
}
