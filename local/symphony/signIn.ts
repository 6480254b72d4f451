import { type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../../shared/parseJson.ts';

const headerSchema = z.looseObject({ alg: z.string() });
const claimsSchema = z.looseObject({ sub: z.string(), exp: z.number() });

/** https://docs.developers.symphony.com/bots/authentication/rsa-authentication */
const longestLifeSeconds = 300;

export interface Account {
  username: string;
  publicKey: KeyObject;
}

/** Why the token lets nobody in, if it doesn't. */
export function whyRefused(
  token: string,
  { username, publicKey }: Account,
  now: Date,
): string | undefined {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const head = headerSchema.safeParse(jsonOf(header)).data;
  const said = claimsSchema.safeParse(jsonOf(claims)).data;
  if (!head || !said) return 'it is no JWT';
  const seconds = now.getTime() / 1000;
  if (head.alg !== 'RS512') return `its algorithm is ${head.alg}`;
  if (Object.keys(said).some((name) => name !== 'sub' && name !== 'exp'))
    return 'it claims more than sub and exp';
  if (said.exp <= seconds) return 'it has expired';
  if (said.exp > seconds + longestLifeSeconds) return 'it lives too long';
  const content = Buffer.from(`${header}.${claims}`);
  const isSigned = verify(
    ...(['RSA-SHA512', content, publicKey] as const),
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) return 'its signature is of another key';
  return said.sub === username ? undefined : 'there is no such account';
}

const jsonOf = (part: string): unknown =>
  parseJson(Buffer.from(part, 'base64url').toString('utf8'));
