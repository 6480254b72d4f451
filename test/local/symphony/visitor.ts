import { sign } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { newKeyPair } from '../../../local/symphony/accounts.ts';
import {
  type SimulatedSymphonyOptions,
  startSimulatedSymphony,
} from '../../../local/symphony/server.ts';
import { createWorld } from '../../../local/symphony/world.ts';

export const now = new Date('2026-03-10T12:00:00.000Z');
export const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
export const seconds = Math.floor(now.getTime() / 1000);
export const keyPair = newKeyPair();

const tokenSchema = z.object({ token: z.string(), name: z.string() });

export function jwt(
  claims: object,
  options: { alg?: string; key?: string } = {},
): string {
  const { alg = 'RS512', key = keyPair.privateKey } = options;
  const part = (value: object) =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg })}.${part(claims)}`;
  const digest = alg === 'RS256' ? 'RSA-SHA256' : 'RSA-SHA512';
  return `${content}.${sign(digest, Buffer.from(content), key).toString('base64url')}`;
}

/** A simulated Symphony for one test, and somebody who can sign in to it. */
export async function visit(options: Partial<SimulatedSymphonyOptions> = {}) {
  const symphony = await startSimulatedSymphony({
    ...{ world: createWorld({ seed: 'test' }), now: () => now, keyPair },
    ...options,
  });
  onTestFinished(symphony.close);
  const claims = { sub: symphony.username, exp: seconds + 240 };

  const signIn = (service: 'login' | 'relay', token = jwt(claims)) =>
    fetch(`${symphony.podUrl}/${service}/pubkey/authenticate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });

  /** The headers of a session. */
  async function session(): Promise<Record<string, string>> {
    const answers = await Promise.all([signIn('login'), signIn('relay')]);
    const tokens = await Promise.all(
      answers.map(async (answer) => tokenSchema.parse(await answer.json())),
    );
    return Object.fromEntries(tokens.map(({ name, token }) => [name, token]));
  }

  const headers = await session();
  const { sessionToken = '' } = headers;
  return {
    ...{ symphony, claims, signIn, headers, sessionToken },
    pod: (path: string, init: RequestInit = {}) =>
      fetch(symphony.podUrl + path, { headers: { sessionToken }, ...init }),
    agent: (path: string, init: RequestInit = {}) =>
      fetch(symphony.agentUrl + path, { headers, ...init }),
  };
}
