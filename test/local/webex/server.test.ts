import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { FaultRule } from '../../../local/webex/faults.ts';
import { decodeId } from '../../../local/webex/ids.ts';
import {
  addPerson,
  addRoom,
  addTeam,
  deletePerson,
  join,
  leave,
  post,
} from '../../../local/webex/world.ts';
import { ago, newWorld, now, visit } from './visitor.ts';

const listSchema = z.object({ items: z.array(z.record(z.string(), z.unknown())) });
const readList = async (response: Response) =>
  listSchema.parse(await response.json()).items;

function peopled() {
  const world = newWorld();
  const ada = addPerson(world, { name: 'Ada Lovelace', address: 'ada@example.com' });
  const sol = addPerson(world, { name: 'Sol', address: 'sol@else.net', external: true });
  return { world, ada, sol };
}

describe('rooms, teams and people', () => {
  test("a team's General space has the team's uuid, and rows that are not whole", async () => {
    const { world, ada, sol } = peopled();
    const { team, general } = addTeam(world, { name: 'Squad', creator: ada });
    join(world, general, sol, { at: ago(9), viaTeam: true });
    const { get } = await visit({ world });
    const room: unknown = await (await get(`/rooms/${general.id}`)).json();
    expect(room).toMatchObject({ title: 'Squad', type: 'group', teamId: team.id });
    expect(decodeId(general.id)).toBe(decodeId(team.id));
    expect(await (await get(`/teams/${general.id}`)).json()).toMatchObject({
      id: team.id,
    });
    const [first, second] = await readList(
      await get(`/memberships?roomId=${general.id}`),
    );
    expect(first).toMatchObject({ personEmail: ada.address, roomType: 'group' });
    expect(second).toMatchObject({
      personEmail: sol.address,
      created: ago(9).toISOString(),
    });
    expect(second).not.toHaveProperty('roomType');
  });

  test('memberships are those of now, in pages', async () => {
    const { world, ada } = peopled();
    const members = Array.from({ length: 7 }, (_, at) =>
      addPerson(world, { name: `P ${at}`, address: `p${at}@example.com` }),
    );
    const room = addRoom(world, { title: 'Many', creator: ada, members });
    const [first] = members;
    if (first) leave(world, room, first, { at: ago(5) });
    const { get, webex } = await visit({ world });
    const response = await get(`/memberships?roomId=${room.id}&max=5`);
    const next = /<(.+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? '';
    const rest = await readList(await get(next.replace(webex.baseUrl, '')));
    const all = [...(await readList(response)), ...rest];
    expect(new Set(all.map(({ personId }) => personId)).size).toBe(7);
    expect(all.map(({ personEmail }) => personEmail)).not.toContain('p0@example.com');
    expect(webex.violations).toEqual([]);
  });

  test('of people, ours are told in full, others thinly, and the gone not at all', async () => {
    const { world, ada, sol } = peopled();
    const gone = addPerson(world, { name: 'Gone', address: 'gone@example.com' });
    deletePerson(world, gone, ago(5));
    const { get } = await visit({ world });
    const response = await get(`/people?id=${[ada.id, sol.id, gone.id, 'abc']}`);
    const people: unknown = await response.json();
    expect(people).toMatchObject({
      items: [{ emails: [ada.address], firstName: 'Ada' }, { displayName: 'Sol' }],
      notFoundIds: [gone.id, 'abc'],
    });
    expect(listSchema.parse(people).items[1]).not.toHaveProperty('emails');
  });

  test('85 people can be asked for at a time, not 86', async () => {
    const { world, ada } = peopled();
    const { get, webex } = await visit({ world });
    const ids = (count: number) => Array.from({ length: count }, () => ada.id).join();
    expect((await get(`/people?id=${ids(85)}`)).status).toBe(200);
    expect((await get(`/people?id=${ids(86)}`)).status).toBe(400);
    expect(webex.violations).toEqual(['GET /people: 86 ids, 1 to 85 are allowed']);
  });

  test('the token belongs to the compliance officer', async () => {
    const { webex, get } = await visit();
    const me: unknown = await (await get('/people/me')).json();
    expect(me).toMatchObject({ orgId: webex.world.orgId, type: 'person' });
  });

  test('fields that nobody knows may be anywhere', async () => {
    const { world, ada } = peopled();
    const room = addRoom(world, { title: 'One', creator: ada });
    const { get, allEvents } = await visit({ world, quirks: { unknownFields: true } });
    post(world, room, ada, { at: ago(5), text: 'hi' });
    expect(await (await get(`/rooms/${room.id}`)).json()).toHaveProperty('brandNewField');
    expect((await allEvents())[0]?.data).toHaveProperty('brandNewField');
  });
});

describe('what a client should not do', () => {
  test.each([
    ['/messages?roomId=abc', 'GET', 404, 'GET /v1/messages: there is no such thing'],
    ['/rooms', 'GET', 404, 'GET /v1/rooms: there is no such thing'],
    ['/rooms/abc', 'DELETE', 405, 'DELETE /room: a method that is not supported'],
    ['/people?id=x&foo=1', 'GET', 200, 'GET /people: unknown parameter "foo"'],
    ['/people?id=x&access_token=1', 'GET', 200, 'GET /people: a secret in the URL'],
    ['/memberships', 'GET', 400, 'GET /memberships: A room or a person is needed.'],
  ])('%s by %s', async (path, method, status, violation) => {
    const { get, webex } = await visit();
    expect((await get(path, { method })).status).toBe(status);
    expect(webex.violations).toEqual([violation]);
  });

  test('more than 8 requests at a time are noted', async () => {
    const { get, webex } = await visit({ latencyMs: 20 });
    const ask = (count: number) =>
      Promise.all(
        Array.from({ length: count }, async () => (await get('/people/me')).text()),
      );
    await ask(8);
    expect(webex.violations).toEqual([]);
    await ask(9);
    expect(webex.violations).toEqual(['9 requests in flight, 8 are allowed']);
    expect(webex.mostInFlight()).toBe(9);
  });
});

describe('limits', () => {
  test('whoever asks too often has to wait, and may come back', async () => {
    let time = now;
    const { get, webex } = await visit({ rateLimit: { perMinute: 3 }, now: () => time });
    const statuses = [];
    for (let at = 0; at < 4; at += 1) statuses.push((await get('/people/me')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    time = ago(-1);
    expect((await get('/people/me')).status).toBe(200);
    expect(webex.violations).toEqual([]);
  });

  test('a request before Retry-After has elapsed is noted', async () => {
    let time = now;
    const rules = [throttled(30)];
    const { get, webex } = await visit({ faults: { rules }, now: () => time });
    const refused = await get('/people/me');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
    expect(refused.headers.get('content-type')).toBe('text/html');
    time = new Date(now.getTime() + 29_999);
    await get('/people/me');
    expect(webex.violations).toEqual(['me: asked again before Retry-After had elapsed']);
    time = new Date(now.getTime() + 30_000);
    await get('/people/me');
    expect(webex.violations).toHaveLength(1);
  });

  test('a Retry-After may be a date, nonsense or missing', async () => {
    const values = [ago(-2), 'rand(30),add(30)', undefined];
    const rules = values.map((value) => throttled(value));
    const { get, webex } = await visit({ faults: { rules } });
    const seen = [];
    for (const path of ['/rooms/x', '/teams/x', '/people/me']) {
      seen.push((await get(path)).headers.get('retry-after'));
    }
    expect(seen).toEqual(['Tue, 10 Mar 2026 12:02:00 GMT', 'rand(30),add(30)', null]);
    await get('/people/me');
    expect(webex.violations).toEqual([]);
  });
});

function throttled(retryAfter: number | string | Date | undefined): FaultRule {
  return {
    fault: { kind: 'throttled', ...(retryAfter !== undefined && { retryAfter }) },
    routes: ['me', 'room', 'team'],
  };
}

describe('faults', () => {
  const one = (fault: FaultRule['fault'], rest: Partial<FaultRule> = {}) =>
    visit({ faults: { rules: [{ fault, routes: ['me'], ...rest }] } });

  test.each([
    [{ kind: 'unauthorized' }, 401],
    [{ kind: 'forbidden' }, 403],
    [{ kind: 'broken', status: 500 }, 500],
    [{ kind: 'broken', status: 503 }, 503],
  ] as const)('%j strikes once', async (fault, status) => {
    const { get, webex } = await one(fault);
    expect((await get('/people/me')).status).toBe(status);
    expect((await get('/people/me')).status).toBe(200);
    expect(webex.violations).toEqual([]);
  });

  test('connections break before the headers, behind them, and in the body', async () => {
    const before = await one({ kind: 'reset', when: 'beforeHeaders' });
    await expect(before.get('/people/me')).rejects.toThrow();
    for (const fault of [
      { kind: 'reset', when: 'afterHeaders' } as const,
      { kind: 'cut' } as const,
    ]) {
      const { get } = await one(fault);
      const response = await get('/people/me');
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow();
      expect((await get('/people/me')).status).toBe(200);
    }
  });

  test('somebody else may answer, and slowly', async () => {
    const { get } = await one({ kind: 'page' });
    expect((await get('/people/me')).headers.get('content-type')).toBe('text/html');
    const slow = await one({ kind: 'slow', ms: 60 });
    const began = performance.now();
    expect((await slow.get('/people/me')).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(50);
  });

  test('they strike after, as often as, and as likely as they are told to', async () => {
    const fault = { kind: 'broken', status: 502 } as const;
    const statuses = async (rule: Partial<FaultRule>) => {
      const { get } = await one(fault, rule);
      const seen = [];
      for (let at = 0; at < 6; at += 1) seen.push((await get('/people/me')).status);
      return seen;
    };
    expect(await statuses({ after: 2, times: 2 })).toEqual([
      200, 200, 502, 502, 200, 200,
    ]);
    const chancy = await statuses({ chance: 0.5, times: 99 });
    expect(new Set(chancy)).toEqual(new Set([200, 502]));
    expect(await statuses({ chance: 0.5, times: 99 })).toEqual(chancy);
  });
});
