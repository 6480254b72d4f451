import { parse } from 'content-disposition';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { SimulatedWebexOptions } from '../../../local/webex/server.ts';
import {
  addPerson,
  addRoom,
  expire,
  type FileOptions,
  remove,
  share,
} from '../../../local/webex/world.ts';
import { ago, newWorld, now, visit } from './visitor.ts';

async function sharing(file: FileOptions, options: Partial<SimulatedWebexOptions> = {}) {
  const world = newWorld();
  const ada = addPerson(world, { name: 'Ada', address: 'ada@example.com' });
  const room = addRoom(world, { title: 'Files', creator: ada });
  const message = share(world, room, ada, [file], { at: ago(9) });
  const visitor = await visit({ world, ...options });
  const body: unknown = await (await visitor.get(`/messages/${message.id}`)).json();
  const [url = ''] = z.object({ files: z.array(z.string()) }).parse(body).files;
  const path = url.replace(visitor.webex.baseUrl, '');
  return { ...visitor, world, message, url, path };
}

describe('files', () => {
  test('come with their name, type and length, to GET and to HEAD', async () => {
    const file = { name: 'plan.txt', contentType: 'text/plain', content: 'the plan' };
    const { get, path, webex } = await sharing(file);
    const response = await get(path);
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="plan.txt"',
    );
    expect(await response.text()).toBe('the plan');
    const head = await get(path, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('8');
    expect(webex.violations).toEqual([]);
  });

  test.each([
    'größer – 寿司 🍜.png',
    'a"b\\c.txt',
    '../../x\r\nX-Evil: 1.txt',
    "it's (1).txt",
  ])('keep whatever name they have: %j', async (name) => {
    const { get, path } = await sharing({ name, content: 'x' });
    const header = (await get(path)).headers.get('content-disposition') ?? '';
    expect(parse(header).parameters.filename).toBe(name);
  });

  test('large ones are streamed at their full length', async () => {
    const { get, path } = await sharing({ name: 'big', content: { bytes: 5_000_000 } });
    expect((await (await get(path)).arrayBuffer()).byteLength).toBe(5_000_000);
  });

  test('are locked while they are scanned', async () => {
    let time = now;
    const state = { kind: 'scanning', until: ago(-1), retryAfterSeconds: 7 } as const;
    const locked = await sharing({ name: 'a', content: 'a', state }, { now: () => time });
    const response = await locked.get(locked.path);
    expect([response.status, response.headers.get('retry-after')]).toEqual([423, '7']);
    time = ago(-2);
    expect((await locked.get(locked.path)).status).toBe(200);
    expect(locked.webex.violations).toEqual([]);
  });

  test('can be locked for a number of requests', async () => {
    const state = { kind: 'scanning', requests: 1, retryAfterSeconds: 0 } as const;
    const { get, path } = await sharing({ name: 'a', content: 'a', state });
    expect((await get(path)).status).toBe(423);
    expect((await get(path)).status).toBe(200);
  });

  test('that are infected are gone, and unscannable ones must be asked for', async () => {
    const infected = await sharing({
      name: 'a',
      content: 'a',
      state: { kind: 'infected' },
    });
    expect((await infected.get(infected.path)).status).toBe(410);
    const vault = await sharing({
      name: 'a',
      content: 'a',
      state: { kind: 'unscannable' },
    });
    expect((await vault.get(vault.path)).status).toBe(428);
    expect((await vault.get(`${vault.path}?allow=unscannable`)).status).toBe(200);
    expect((await vault.get(`${vault.path}?allow=all`)).status).toBe(400);
    expect(vault.webex.violations).toHaveLength(1);
  });

  test('go with their message, unless it is kept for compliance', async () => {
    const kept = await sharing({ name: 'a', content: 'a' });
    remove(kept.world, kept.message, { at: ago(5) });
    expect((await kept.get(kept.path)).status).toBe(200);
    expire(kept.message, ago(2));
    expect((await kept.get(kept.path)).status).toBe(404);
    expect((await kept.get(`/messages/${kept.message.id}`)).status).toBe(404);
  });

  test.each(['truncated', 'wrongLength'] as const)(
    'that arrive %s break off, and are whole the next time',
    async (kind) => {
      const flaw = { kind, times: 1 };
      const { get, path } = await sharing({ name: 'a', content: 'a'.repeat(99), flaw });
      const first = await get(path);
      expect(first.status).toBe(200);
      await expect(first.text()).rejects.toThrow();
      expect(await (await get(path)).text()).toHaveLength(99);
    },
  );

  test('may be a page of HTML that has no name', async () => {
    const flaw = { kind: 'html', times: 1 } as const;
    const { get, path } = await sharing({ name: 'a.pdf', content: '%PDF', flaw });
    const response = await get(path);
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(response.headers.has('content-disposition')).toBe(false);
  });

  test('on a foreign host are for everybody, but a token there is noted', async () => {
    const file = { name: 'a', content: 'abc', host: 'elsewhere' } as const;
    const { url, webex } = await sharing(file);
    expect(new URL(url).origin).not.toBe(new URL(webex.baseUrl).origin);
    expect(await (await fetch(url)).text()).toBe('abc');
    expect(webex.violations).toEqual([]);
    await fetch(url, { headers: { authorization: 'Bearer x' } });
    expect(webex.violations).toEqual(['a token was sent to a foreign host']);
  });

  test('may redirect to a foreign host', async () => {
    const file = { name: 'a', content: 'abc', host: 'redirected' } as const;
    const { get, path, webex } = await sharing(file);
    const response = await get(path);
    expect(response.status).toBe(302);
    expect(await (await fetch(response.headers.get('location') ?? '')).text()).toBe(
      'abc',
    );
    expect(webex.violations).toEqual([]);
  });
});
