import parseLinks from 'http-link-header';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import {
  type SimulatedWebex,
  type SimulatedWebexOptions,
  startSimulatedWebex,
} from '../../../local/webex/server.ts';
import { defaultCredentials } from '../../../local/webex/tokens.ts';
import { createWorld } from '../../../local/webex/world.ts';

export const now = new Date('2026-03-10T12:00:00.000Z');

/** So many minutes before now. */
export const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

export const newWorld = () => createWorld({ seed: 'test' });

export const eventSchema = z.object({
  id: z.string(),
  resource: z.string(),
  type: z.string(),
  appId: z.string(),
  actorId: z.string(),
  orgId: z.string(),
  created: z.string(),
  data: z.unknown(),
});
const pageSchema = z.object({ items: z.array(eventSchema) });
const grantSchema = z.object({ access_token: z.string(), refresh_token: z.string() });

export interface Visitor {
  webex: SimulatedWebex;
  /** GET with a good token; the path begins behind the version. */
  get(path: string, init?: RequestInit): Promise<Response>;
  events(query?: Record<string, string>): Promise<Response>;
  /** All events of the last 20 hours, over all pages. */
  allEvents(query?: Record<string, string>): Promise<z.infer<typeof eventSchema>[]>;
}

export async function refresh(
  webex: SimulatedWebex,
  changes: Record<string, string> = {},
): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: defaultCredentials.clientId,
    client_secret: defaultCredentials.clientSecret,
    refresh_token: defaultCredentials.refreshToken,
    ...changes,
  });
  return fetch(`${webex.baseUrl}/access_token`, { method: 'POST', body });
}

export async function readGrant(response: Response) {
  return grantSchema.parse(await response.json());
}

/** A simulated Webex for one test, and somebody who holds a token for it. */
export async function visit(
  options: Partial<SimulatedWebexOptions> = {},
): Promise<Visitor> {
  const webex = await startSimulatedWebex({
    world: newWorld(),
    now: () => now,
    ...options,
  });
  onTestFinished(() => webex.close());
  const { access_token } = await readGrant(await refresh(webex));
  const authorization = `Bearer ${access_token}`;
  const go = (url: string, init: RequestInit = {}) =>
    fetch(url, {
      redirect: 'manual',
      ...init,
      headers: { authorization, ...init.headers },
    });
  const listUrl = (query: Record<string, string> = {}) => {
    const window = { from: ago(1200).toISOString(), to: now.toISOString() };
    return `${webex.baseUrl}/events?${new URLSearchParams({ ...window, ...query })}`;
  };
  return {
    webex,
    get: (path, init) => go(`${webex.baseUrl}${path}`, init),
    events: (query) => go(listUrl(query)),
    async allEvents(query) {
      const found: z.infer<typeof eventSchema>[] = [];
      let url: string | undefined = listUrl(query);
      while (url) {
        const response: Response = await go(url);
        found.push(...pageSchema.parse(await response.json()).items);
        url = parseLinks.parse(response.headers.get('link') ?? '').rel('next')[0]?.uri;
      }
      return found;
    },
  };
}
