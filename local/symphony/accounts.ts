import { generateKeyPairSync, type KeyObject, randomUUID, verify } from 'node:crypto';
import { z } from 'zod';
import { type Answer, json } from '../simulation/answers.ts';
import { refusal, sentences } from './answers.ts';

const signInSchema = z.object({ token: z.string() });
const headerSchema = z.looseObject({ alg: z.string() });
const claimsSchema = z.looseObject({ sub: z.string(), exp: z.number() });

/** https://docs.developers.symphony.com/bots/authentication/rsa-authentication */
const longestLifeSeconds = 300;

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
  deps: {
    username: string;
    publicKey: KeyObject;
    now: () => Date;
    violation: (text: string) => void;
  },
) {
  const { now, violation } = deps;
  const sessions = new Map<string, number>();
  const keyManagers = new Map<string, number>();

  function whyNot(token: string): string | undefined {
    const [header = '', claims = '', signature = ''] = token.split('.');
    const head = headerSchema.safeParse(jsonOf(header)).data;
    const said = claimsSchema.safeParse(jsonOf(claims)).data;
    if (!head || !said) return 'it is no JWT';
    const seconds = now().getTime() / 1000;
    if (head.alg !== 'RS512') return `its algorithm is ${head.alg}`;
    if (Object.keys(said).some((name) => name !== 'sub' && name !== 'exp'))
      return 'it claims more than sub and exp';
    if (said.exp <= seconds) return 'it has expired';
    if (said.exp > seconds + longestLifeSeconds) return 'it lives too long';
    const content = Buffer.from(`${header}.${claims}`);
    const isSigned = verify(
      ...(['RSA-SHA512', content, deps.publicKey] as const),
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned) return 'its signature is of another key';
    return said.sub === deps.username ? undefined : 'there is no such account';
  }

  function begin(text: string, issued: Map<string, number>, name: string, token: string) {
    const parsed = signInSchema.safeParse(safeJson(text));
    const reason = parsed.success ? whyNot(parsed.data.token) : 'there is no token';
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

const jsonOf = (part: string): unknown =>
  safeJson(Buffer.from(part, 'base64url').toString('utf8'));

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
