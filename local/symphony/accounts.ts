import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../../shared/parseJson.ts';
import { type Answer, json } from '../simulation/answers.ts';
import { refusal, sentences } from './answers.ts';
import { type Account, whyRefused } from './signIn.ts';

const signInSchema = z.object({ token: z.string() });

export interface KeyPair {
  privateKey: string;
  publicKey: KeyObject;
}

/** Made anew for each simulation. */
export function newKeyPair(form: 'pkcs1' | 'pkcs8' = 'pkcs8'): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: String(privateKey.export({ type: form, format: 'pem' })),
    publicKey,
  };
}

export interface AccountOptions {
  /** How long a session lasts. */
  sessionSeconds?: number;
  /** The agent gets its keys by itself; there is no key manager then. */
  simplifiedKeys?: boolean;
}

/** Sign-ins, and the sessions that they begin. */
export function createAccounts(
  options: AccountOptions,
  deps: Account & { now: () => Date; violation: (text: string) => void },
) {
  const { now, violation } = deps;
  const sessions = new Map<string, number>();
  const keyManagers = new Map<string, number>();

  function begin(text: string, issued: Map<string, number>, name: string, token: string) {
    const parsed = signInSchema.safeParse(parseJson(text));
    const reason = parsed.success
      ? whyRefused(parsed.data.token, deps, now())
      : 'there is no token';
    if (reason) {
      violation(`a sign-in was refused: ${reason}`);
      return refusal(401, 'Authentication failed');
    }
    const life = options.sessionSeconds ?? 3600;
    issued.set(token, now().getTime() + life * 1000);
    return json(200, { token, name });
  }

  const isGood = (issued: Map<string, number>, token: string | undefined) =>
    token !== undefined && (issued.get(token) ?? 0) > now().getTime();

  return {
    login: (text: string): Answer =>
      begin(
        text,
        sessions,
        'sessionToken',
        sessionToken(options.simplifiedKeys ?? false),
      ),
    relay: (text: string): Answer =>
      begin(
        text,
        keyManagers,
        'keyManagerToken',
        `0100${randomUUID().replaceAll('-', '')}`,
      ),
    /** The answer to whoever may not come in. */
    check(
      headers: { session: string | undefined; keys: string | undefined },
      isAgent: boolean,
    ): Answer | undefined {
      const hasKeys = options.simplifiedKeys || isGood(keyManagers, headers.keys);
      const isIn = isGood(sessions, headers.session) && (!isAgent || hasKeys);
      return isIn ? undefined : refusal(401, sentences.unauthorized);
    },
    end(): void {
      sessions.clear();
      keyManagers.clear();
    },
  };
}

const sessionToken = (canUseSimplifiedKeyDelivery: boolean): string =>
  [{ alg: 'RS512' }, { canUseSimplifiedKeyDelivery, id: randomUUID() }, {}]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
