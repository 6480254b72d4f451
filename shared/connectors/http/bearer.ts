import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Credentials } from './vendorHttp.ts';

/** What a token endpoint gives: RFC 6749, section 5.1. */
export const grantSchema = z.looseObject({
  access_token: z.string().min(1),
  /** Seconds. */
  expires_in: z.coerce.number().positive(),
});
export type Grant = z.infer<typeof grantSchema>;

interface AccessToken {
  value: string;
  expiresAt: number;
}

/** A token is renewed this long before it ends, or a tenth of its life if that is less. */
const marginMs = 5 * 60 * 1000;

/**
 * One access token for all requests, got when it is needed and again before it ends. `grant` asks
 * for one, never twice at a time; no wait of it goes beyond `until`, and what it throws is thrown.
 */
export function createBearer(
  clock: Clock,
  grant: (until: Date | undefined) => Promise<Grant>,
): Credentials {
  let current: AccessToken | undefined;
  let asking: Promise<AccessToken> | undefined;

  async function ask(until: Date | undefined): Promise<AccessToken> {
    const { access_token: value, expires_in: seconds } = await grant(until);
    const lifeMs = seconds * 1000;
    const margin = Math.min(marginMs, lifeMs / 10);
    return { value, expiresAt: clock.now().getTime() + lifeMs - margin };
  }

  async function accessToken(until: Date | undefined): Promise<string> {
    if (current && current.expiresAt > clock.now().getTime()) return current.value;
    asking ??= ask(until).finally(() => {
      asking = undefined;
    });
    current = await asking;
    return current.value;
  }

  return {
    headers: async (until) => ({ authorization: `Bearer ${await accessToken(until)}` }),
    async renew(refused, until) {
      // Whoever is refused late must not drop the token that others have got since.
      if (current && refused.authorization === `Bearer ${current.value}`) {
        current = undefined;
      }
      await accessToken(until);
    },
  };
}
