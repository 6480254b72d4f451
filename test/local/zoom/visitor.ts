import { onTestFinished } from 'vitest';
import { z } from 'zod';
import {
  type SimulatedZoomOptions,
  startSimulatedZoom,
} from '../../../local/zoom/server.ts';
import { defaultCredentials } from '../../../local/zoom/tokens.ts';

export const now = new Date('2026-03-10T12:00:00.000Z');
export const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);

const text = z.string().default('');
const objects = z.array(z.record(z.string(), z.unknown())).default([]);

/** What the tests look at in answers. */
const answerSchema = z.looseObject({
  ...{ access_token: text, reason: text, next_page_token: text, to: text },
  ...{ participants: objects, recording_files: objects },
  meetings: z
    .array(
      z.looseObject({
        archive_files: z.array(
          z.looseObject({ download_url: z.string(), encryption_fingerprint: text }),
        ),
      }),
    )
    .default([]),
});

export const bodyOf = async (response: Response) =>
  answerSchema.parse(await response.json());

/** A simulated Zoom for one test, and somebody who may ask it. */
export async function visit(options: SimulatedZoomOptions) {
  const zoom = await startSimulatedZoom({ now: () => now, ...options });
  onTestFinished(() => zoom.close());
  const { accountId, clientId, clientSecret } = defaultCredentials;

  const askForToken = (change: { form?: Record<string, string>; basic?: string } = {}) =>
    fetch(zoom.authUrl, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(change.basic ?? `${clientId}:${clientSecret}`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        ...{ grant_type: 'account_credentials', account_id: accountId },
        ...change.form,
      }),
    });

  const token = async (): Promise<string> =>
    (await bodyOf(await askForToken())).access_token;
  const authorization = `Bearer ${await token()}`;
  return {
    ...{ zoom, askForToken, token },
    get: (path: string, headers: Record<string, string> = { authorization }) =>
      fetch(path.startsWith('http') ? path : zoom.baseUrl + path, {
        headers,
        redirect: 'manual',
      }),
  };
}
