import { type KeyObject, sign } from 'node:crypto';

/** Symphony refuses more than five minutes; a minute is for clocks that differ. */
const lifeSeconds = 240;

/**
 * What a service account signs in with.
 *
 * https://docs.developers.symphony.com/bots/authentication/rsa-authentication
 */
export function signInToken(username: string, key: KeyObject, now: Date): string {
  const exp = Math.floor(now.getTime() / 1000) + lifeSeconds;
  const content = `${part({ alg: 'RS512' })}.${part({ sub: username, exp })}`;
  return `${content}.${sign('RSA-SHA512', Buffer.from(content), key).toString('base64url')}`;
}

/** True for a session whose agent gets its keys by itself: no key manager is needed then. */
export function needsNoKeyManager(sessionToken: string): boolean {
  const claims = sessionToken.split('.')[1] ?? '';
  try {
    const parsed: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
    return (
      typeof parsed === 'object' &&
      parsed !== null &&
      'canUseSimplifiedKeyDelivery' in parsed &&
      parsed.canUseSimplifiedKeyDelivery === true
    );
  } catch {
    return false;
  }
}

const part = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');
