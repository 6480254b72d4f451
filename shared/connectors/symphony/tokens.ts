import type { ConnectorDeps } from '../connector.ts';
import { Refusal } from '../http/vendorFaults.ts';
import type { Credentials, VendorHttp } from '../http/vendorHttp.ts';
import { isItemFault, SourceFailure } from '../page/sourceFaults.ts';
import { settingPrefix } from '../settingFields.ts';
import { needsNoKeyManager, signInToken } from './jwt.ts';
import { readPrivateKey } from './privateKey.ts';
import { signInSchema } from './schema.ts';
import type { SymphonySettings } from './settings.ts';

/** The headers of one session. */
interface Session {
  pod: Record<string, string>;
  /** The agent takes the key manager's token, too. */
  agent: Record<string, string>;
}

/**
 * One sign-in for all requests, used until Symphony says 401: sign-ins are audited there.
 *
 * https://docs.developers.symphony.com/bots/authentication/rsa-authentication
 */
export function createSessions(
  settings: SymphonySettings,
  deps: ConnectorDeps,
  http: () => VendorHttp,
): Credentials {
  const prefix = settingPrefix(deps.name);
  let current: Session | undefined;
  let beginning: Promise<Session> | undefined;

  const signIn = async (address: string, isLenient: boolean, until: Date | undefined) => {
    const request = {
      url: new URL(address),
      what: 'a session',
      method: 'POST' as const,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: newToken() }),
      anonymous: true,
      once: isLenient,
      until,
    };
    return http().send(request, async (answer) => {
      if (answer.status === 200) return answer.json(signInSchema);
      throw new Refusal('Symphony', 'the sign-in', answer.status);
    });
  };

  function newToken(): string {
    const key = readPrivateKey(settings.PRIVATE_KEY);
    if (!key) {
      throw new SourceFailure(`Put an RSA key in PEM into ${prefix}PRIVATE_KEY.`, true);
    }
    return signInToken(settings.USERNAME, key, deps.clock.now());
  }

  async function begin(until: Date | undefined): Promise<Session> {
    const session = await atPod(until);
    const pod = { [session.name ?? 'sessionToken']: session.token };
    const isOptional = needsNoKeyManager(session.token);
    const keys = await atKeyManager(isOptional, until);
    return {
      pod,
      agent: { ...pod, ...(keys && { [keys.name ?? 'keyManagerToken']: keys.token }) },
    };
  }

  async function atPod(until: Date | undefined) {
    try {
      return await signIn(`${settings.POD_URL}/login/pubkey/authenticate`, false, until);
    } catch (error) {
      throw failureOf(error, 'pod', `${prefix}POD_URL`);
    }
  }

  /** A cloud's key manager is the pod's; one of your own stands beside your agent. */
  async function atKeyManager(isOptional: boolean, until: Date | undefined) {
    const path = '/relay/pubkey/authenticate';
    try {
      return await signIn(settings.POD_URL + path, isOptional, until);
    } catch (error) {
      if (!isItemFault(error) && !isUnreadable(error)) throw error;
      if (settings.AGENT_URL !== settings.POD_URL) {
        try {
          return await signIn(settings.AGENT_URL + path, isOptional, until);
        } catch (second) {
          if (!isItemFault(second) && !isUnreadable(second)) throw second;
        }
      }
      if (isOptional) return undefined;
      throw failureOf(error, 'key manager', `${prefix}POD_URL and ${prefix}AGENT_URL`);
    }
  }

  function failureOf(error: unknown, service: string, urls: string): unknown {
    if (isUnreadable(error) || (error instanceof Refusal && error.status === 404)) {
      const advice = `correct ${urls}; it ends with the host, as in https://acme.symphony.com.`;
      return new SourceFailure(`There is no ${service} to sign in at: ${advice}`, true);
    }
    if (!(error instanceof Refusal)) return error;
    const advice = `check ${prefix}USERNAME, that ${prefix}PRIVATE_KEY belongs to the public key of that account in the Admin Portal, that the account is active, and that the clock here is right.`;
    return new SourceFailure(
      `Symphony's ${service} does not accept the service account (${error.status}): ${advice}`,
      true,
    );
  }

  async function session(until: Date | undefined): Promise<Session> {
    if (current) return current;
    beginning ??= begin(until).finally(() => {
      beginning = undefined;
    });
    current = await beginning;
    return current;
  }

  return {
    headers: async (until, url) => {
      const { pod, agent } = await session(until);
      return url.pathname.startsWith('/agent/') ? agent : pod;
    },
    async renew(refused, until) {
      // Whoever is refused late must not end the session that others have begun since.
      if (refused === current?.pod || refused === current?.agent) current = undefined;
      await session(until);
    },
  };
}

/** No token in it: somebody else answered. */
const isUnreadable = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'ZodError';
