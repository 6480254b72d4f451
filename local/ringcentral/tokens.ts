import { type Answer, json } from '../simulation/answers.ts';
import { uuidFrom } from '../simulation/seeded.ts';
import { oauthRefusal, refusal } from './answers.ts';

export interface TokenOptions {
  clientId?: string;
  clientSecret?: string;
  jwt?: string;
  /** 3,600 in reality. */
  expiresInSeconds?: number;
  /** The app was made for another way to sign in. */
  grantRefused?: boolean;
  /** The user who owns the JWT is disabled. */
  userDisabled?: boolean;
}

/** What a connector has to be given to be let in, unless the options say otherwise. */
export const defaultCredentials = {
  clientId: 'simulatedRingCentralClient',
  clientSecret: 'simulated-ringcentral-client-secret',
  jwt: 'eyJhbGciOiJSUzI1NiJ9.simulated-ringcentral-jwt.signature',
} as const;

const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

interface OfficeDeps {
  ownerId: string;
  now: () => Date;
  violation: (text: string) => void;
}

/** https://developers.ringcentral.com/guide/authentication/jwt-flow */
export function createTokenOffice(options: TokenOptions, deps: OfficeDeps) {
  const { ownerId, now, violation } = deps;
  const client = { ...defaultCredentials, ...options };
  const life = options.expiresInSeconds ?? 3600;
  const tokens = new Map<string, number>();
  const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`);

  function problemOf(authorization: string, form: URLSearchParams): Answer | undefined {
    if (authorization !== `Basic ${basic.toString('base64')}`) {
      violation('POST /restapi/oauth/token: the client is not known');
      return oauthRefusal(401, 'OAU-146', 'invalid_client', 'Invalid client application');
    }
    if (form.get('grant_type') !== grantType || options.grantRefused) {
      const message = 'Unauthorized for this grant type';
      return oauthRefusal(403, 'OAU-112', 'unauthorized_client', message);
    }
    if (options.userDisabled) {
      return oauthRefusal(401, 'OAU-142', 'invalid_grant', 'Extension is disabled');
    }
    if (form.get('assertion') === client.jwt) return undefined;
    violation('POST /restapi/oauth/token: the JWT is not valid');
    return oauthRefusal(400, 'OAU-251', 'invalid_grant', 'Invalid JWT');
  }

  return {
    grant(authorization: string, form: URLSearchParams): Answer {
      const problem = problemOf(authorization, form);
      if (problem) return problem;
      const token = `U1BC${uuidFrom('token', tokens.size, now().getTime())}`;
      tokens.set(token, now().getTime() + life * 1000);
      return json(200, {
        ...{ access_token: token, token_type: 'bearer', expires_in: life },
        ...{ scope: 'TeamMessaging', owner_id: ownerId },
      });
    },
    /** The refusal, unless the header carries a token that is good now. */
    check(authorization: string | undefined, where: string): Answer | undefined {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
      const until = token === undefined ? undefined : tokens.get(token);
      if (until !== undefined && now().getTime() < until) return undefined;
      if (until !== undefined) {
        violation(`${where}: an expired access token`);
        return refusal(401, 'OAU-128', 'Access token expired');
      }
      if (!authorization) violation(`${where}: no bearer token`);
      return refusal(401, 'OAU-213', 'Token not found');
    },
  };
}
