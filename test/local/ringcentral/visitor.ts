import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import yauzl from 'yauzl';
import { z } from 'zod';
import {
  type SimulatedRingCentralOptions,
  startSimulatedRingCentral,
} from '../../../local/ringcentral/server.ts';
import { defaultCredentials } from '../../../local/ringcentral/tokens.ts';
import { createWorld } from '../../../local/ringcentral/world.ts';

export const now = new Date('2026-03-10T12:00:00.000Z');
/** So many minutes before now. */
export const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

const tokenSchema = z.object({ access_token: z.string(), expires_in: z.number() });
export const taskSchema = z.object({
  id: z.string(),
  status: z.string(),
  datasets: z.array(z.object({ uri: z.string(), size: z.number() })).optional(),
});
const fileSchema = z.object({ records: z.array(z.record(z.string(), z.unknown())) });

export const exportsPath = '/team-messaging/v1/data-export';

/** A simulated RingCentral for one test, and somebody who holds a token for it. */
export async function visit(options: Partial<SimulatedRingCentralOptions> = {}) {
  const simulated = await startSimulatedRingCentral({
    world: createWorld(),
    now: () => now,
    ...options,
  });
  onTestFinished(() => simulated.close());
  const { clientId, clientSecret, jwt } = defaultCredentials;

  const signIn = (changes: { secret?: string; form?: Record<string, string> } = {}) => {
    const client = Buffer.from(`${clientId}:${changes.secret ?? clientSecret}`);
    return fetch(`${simulated.baseUrl}/restapi/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${client.toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: jwt,
        ...changes.form,
      }),
    });
  };
  const { access_token } = tokenSchema.parse(await (await signIn()).json());
  const authorization = `Bearer ${access_token}`;

  const go = (url: string, init: RequestInit = {}) =>
    fetch(url.startsWith('http') ? url : simulated.baseUrl + url, {
      redirect: 'manual',
      ...init,
      headers: { authorization, ...init.headers },
    });
  const create = (body: object = {}) =>
    go(exportsPath, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        timeFrom: ago(1440).toISOString(),
        timeTo: now.toISOString(),
        ...body,
      }),
    });
  const read = async (id: string) =>
    taskSchema.parse(await (await go(`${exportsPath}/${id}`)).json());

  /** A whole export: the records of each folder. */
  async function exported(): Promise<Record<string, Record<string, unknown>[]>> {
    let task = taskSchema.parse(await (await create()).json());
    for (let reads = 0; reads < 9 && task.status !== 'Completed'; reads++) {
      task = await read(task.id);
    }
    const found: Record<string, Record<string, unknown>[]> = {};
    for (const { uri } of task.datasets ?? []) {
      const zip = await yauzl.fromBufferPromise(
        Buffer.from(await (await go(uri)).arrayBuffer()),
      );
      for await (const entry of zip.eachEntry()) {
        const [folder = '', name] = entry.fileName.split('/');
        if (!name) continue;
        const content = await buffer(await zip.openReadStreamPromise(entry));
        const { records } = fileSchema.parse(JSON.parse(content.toString()));
        found[folder] = [...(found[folder] ?? []), ...records];
      }
    }
    return found;
  }

  return { simulated, signIn, go, create, read, exported };
}
