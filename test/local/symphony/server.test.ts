import { describe, expect, it } from 'vitest';
import { newKeyPair } from '../../../local/symphony/accounts.ts';
import {
  addPerson,
  addStream,
  createWorld,
  post,
} from '../../../local/symphony/world.ts';
import { ago, jwt, now, seconds, visit } from './visitor.ts';

function stage(options: { barred?: boolean } = {}) {
  const world = createWorld({ seed: 'server' });
  const ann = addPerson(world, { name: 'Ann', address: 'ann@example.com' });
  const room = addStream(world, { name: 'Room', creator: ann, ...options });
  return { world, ann, room };
}

describe('a sign-in', () => {
  it.each([
    ['lives longer than five minutes', { exp: seconds + 301 }, {}],
    ['has expired', { exp: seconds - 1 }, {}],
    ['names another account', { sub: 'somebody' }, {}],
    ['claims more than it must', { aud: 'pod' }, {}],
    ['has another algorithm', {}, { alg: 'RS256' }],
    ['is signed by another key', {}, { key: newKeyPair().privateKey }],
  ])('is refused with 401 where it %s', async (_, changes, options) => {
    const { signIn, claims, symphony } = await visit();
    const answer = await signIn('login', jwt({ ...claims, ...changes }, options));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 401 });
    expect(symphony.violations).toHaveLength(1);
  });

  it('gives tokens that say in which header they go', async () => {
    const { headers } = await visit();
    expect(Object.keys(headers).sort()).toEqual(['keyManagerToken', 'sessionToken']);
  });
});

describe('a request', () => {
  it('needs a session at the pod, and both tokens at the agent', async () => {
    const { world, room } = stage();
    const { pod, agent, sessionToken } = await visit({ world });
    const path = `/agent/v4/stream/${room.id}/message?since=0`;
    expect((await pod('/pod/v2/sessioninfo', { headers: {} })).status).toBe(401);
    expect((await pod('/pod/v2/sessioninfo')).status).toBe(200);
    expect((await agent(path, { headers: { sessionToken } })).status).toBe(401);
    expect((await agent(path)).status).toBe(204);
  });

  it('is refused when its session has ended', async () => {
    let time = now;
    const { pod } = await visit({ now: () => time, sessionSeconds: 60 });
    time = new Date(+now + 61_000);
    expect((await pod('/pod/v2/sessioninfo')).status).toBe(401);
  });

  it('is noted where it tells the pod the token of the key manager', async () => {
    const { pod, headers, symphony } = await visit();
    await pod('/pod/v2/sessioninfo', { headers });
    expect(symphony.violations).toEqual([expect.stringContaining('agent alone')]);
  });

  it('is told to wait where there are too many', async () => {
    const { pod } = await visit({ rateLimit: { perMinute: 4 } });
    const statuses = [];
    for (let index = 0; index < 4; index++) {
      statuses.push((await pod('/pod/v2/sessioninfo')).status);
    }
    expect(statuses).toEqual([200, 200, 429, 429]);
  });

  it('is noted where it comes again before its time', async () => {
    const { pod, symphony } = await visit({ rateLimit: { perMinute: 2 } });
    const answer = await pod('/pod/v2/sessioninfo');
    expect(answer.headers.get('retry-after')).toBe('60');
    await pod('/pod/v2/sessioninfo');
    expect(symphony.violations).toEqual([expect.stringContaining('Retry-After')]);
  });
});

describe('the list of streams', () => {
  const list = (path: string, filter: object = {}) => ({
    path: `/pod/v2/admin/streams/list${path}`,
    init: { method: 'POST', body: JSON.stringify(filter) },
  });

  it('notes who filters by modification, or asks for too many', async () => {
    const { pod, symphony, sessionToken } = await visit();
    for (const { path, init } of [
      list('', { startDate: 1 }),
      list('?limit=101'),
      list('?skip=0&limit=100', { streamTypes: [{ type: 'ROOM' }] }),
    ]) {
      expect((await pod(path, { ...init, headers: { sessionToken } })).status).toBe(200);
    }
    expect(symphony.violations).toHaveLength(2);
  });
});

describe('the messages of a stream', () => {
  it('come in pages that go forward in time, the newest of each first', async () => {
    const { world, ann, room } = stage();
    for (const text of ['1', '2', '3', '4']) {
      post(world, room, ann, { at: ago(10 - Number(text)), text });
    }
    const { agent } = await visit({ world });
    const page = async (query: string) => {
      const answer = await agent(`/agent/v4/stream/${room.id}/message?${query}`);
      const found: { timestamp: number }[] = JSON.parse(await answer.text());
      return found.map(({ timestamp }) => 10 - (+now - timestamp) / 60_000);
    };
    expect(await page('since=0&limit=2')).toEqual([2, 1]);
    expect(await page(`since=${+ago(8)}&skip=1&limit=2`)).toEqual([4, 3]);
    expect(await page(`since=0&until=${+ago(7)}`)).toEqual([3, 2, 1]);
  });

  it('are refused where something bars the account', async () => {
    const { world, room } = stage({ barred: true });
    const { agent } = await visit({ world });
    const answer = await agent(`/agent/v4/stream/${room.id}/message?since=0`);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 403 });
  });
});

describe('an attachment', () => {
  it('is Base64, and an error looks like it', async () => {
    const { world, ann, room } = stage();
    const files = [
      { name: 'a.txt', content: 'Hello.' },
      { name: 'b.txt', content: 'B', state: 'refused' as const },
    ];
    const message = post(world, room, ann, { at: ago(1), files });
    const { agent } = await visit({ world });
    const get = (index: number) => {
      const query = new URLSearchParams({
        ...{ fileId: message.files[index]?.id ?? '', messageId: message.id },
      });
      return agent(`/agent/v1/stream/${room.id}/attachment?${query}`);
    };
    expect(await (await get(0)).text()).toBe('SGVsbG8u');
    const refused = await get(1);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-type')).toBe('application/octet-stream');
    expect(await refused.text()).toContain('"code":403');
  });
});
