import { randomBytes } from 'node:crypto';
import type { Reply } from './answers.ts';

export interface TokenOffice {
  /** Whether the value of an `Authorization` header lets a client in. */
  accepts(authorization: string | undefined): boolean;
  /** Answers `POST /{tenant}/oauth2/v2.0/token`. */
  issue(form: URLSearchParams, scope: string): Reply;
}

export interface AppRegistration {
  clientId: string;
  clientSecret: string;
}

const lifetimeSeconds = 3599;

/** `fixed` is accepted always; issued tokens for about an hour. */
export function createTokenOffice(
  fixed: string,
  app: AppRegistration | undefined,
  now: () => Date,
): TokenOffice {
  const issued = new Map<string, number>();

  function knows(id: string | null, secret: string | null): boolean {
    if (!app) return Boolean(id && secret);
    return id === app.clientId && secret === app.clientSecret;
  }

  return {
    accepts(authorization) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) return false;
      return token === fixed || (issued.get(token) ?? 0) > now().getTime();
    },
    // https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
    issue(form, scope) {
      if (form.get('grant_type') !== 'client_credentials')
        return refusal(
          400,
          'unsupported_grant_type',
          'AADSTS70003: unsupported grant type.',
        );
      if (!knows(form.get('client_id'), form.get('client_secret')))
        return refusal(
          401,
          'invalid_client',
          'AADSTS7000215: Invalid client secret provided.',
        );
      if (form.get('scope') !== scope)
        return refusal(
          400,
          'invalid_scope',
          'AADSTS70011: The provided scope is not valid.',
        );
      const token = randomBytes(48).toString('base64url');
      issued.set(token, now().getTime() + lifetimeSeconds * 1000);
      return {
        status: 200,
        body: {
          token_type: 'Bearer',
          expires_in: lifetimeSeconds,
          ext_expires_in: lifetimeSeconds,
          access_token: token,
        },
      };
    },
  };
}

function refusal(status: number, error: string, description: string): Reply {
  return { status, body: { error, error_description: description } };
}
