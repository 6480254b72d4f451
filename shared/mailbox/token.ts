import type { TokenCredential } from '@azure/identity';
import { ConfigurationError, messageOf } from '../errors.ts';
import { isLoopback } from '../secureUrl.ts';
import { localFault } from './faults.ts';

/** An access token for Microsoft Graph, good for now. */
export type TokenProvider = () => Promise<string>;

/** Who the app is to Microsoft Graph: what the settings of the same names say. */
export interface GraphIdentity {
  baseUrl: string;
  /** A fixed token; only where the base URL is on loopback. */
  accessToken?: string | undefined;
  tenantId?: string | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  authorityHost?: string | undefined;
}

/**
 * A fixed token, an app registration's secret, or else the app's own identity. The credential
 * keeps its token until it runs out. Throws a `ConfigurationError` if they don't fit together.
 */
export function createTokenProvider(identity: GraphIdentity): TokenProvider {
  const { accessToken, baseUrl } = identity;
  if (accessToken) {
    if (!isLoopback(baseUrl)) {
      throw new ConfigurationError([
        'GRAPH_ACCESS_TOKEN is refused because GRAPH_BASE_URL is not on loopback: remove it and use an app registration or the identity of the app.',
      ]);
    }
    return async () => accessToken;
  }
  const open = chooseCredential(identity);
  const scope = `${new URL(baseUrl).origin}/.default`;
  let credential: Promise<TokenCredential> | undefined;
  return async () => {
    credential ??= open();
    return tokenFrom(await credential, scope);
  };
}

/** The library takes 140 ms to load, so it is loaded when the first token is asked for. */
function chooseCredential(identity: GraphIdentity): () => Promise<TokenCredential> {
  const { tenantId, clientId, clientSecret, authorityHost } = identity;
  const options = authorityHost ? { authorityHost } : {};
  if (clientSecret) {
    if (!tenantId || !clientId) {
      throw new ConfigurationError([
        'GRAPH_CLIENT_SECRET is set, but GRAPH_TENANT_ID or GRAPH_CLIENT_ID is not: set all three, or none to use the identity of the app.',
      ]);
    }
    return async () => {
      const { ClientSecretCredential } = await import('@azure/identity');
      return new ClientSecretCredential(tenantId, clientId, clientSecret, options);
    };
  }
  return async () => {
    const { DefaultAzureCredential } = await import('@azure/identity');
    return new DefaultAzureCredential({
      ...options,
      ...(tenantId && { tenantId }),
      ...(clientId && { managedIdentityClientId: clientId }),
    });
  };
}

async function tokenFrom(credential: TokenCredential, scope: string): Promise<string> {
  try {
    const token = await credential.getToken(scope);
    if (token) return token.token;
  } catch (error) {
    // The library's own message may hold ids and hints that are no one's business in a log.
    throw localFault(isRefusal(error) ? 'SignInRefused' : 'SignInUnreachable', true);
  }
  throw localFault('SignInRefused', true);
}

/** What the library throws differs from credential to credential; only its text tells. */
function isRefusal(error: unknown): boolean {
  const unreachable =
    /endpoints_resolution_error|network_error|temporarily_unavailable|server_error|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|AADSTS90033/;
  return !unreachable.test(messageOf(error));
}
