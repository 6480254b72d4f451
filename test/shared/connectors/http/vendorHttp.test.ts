import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  VendorFault,
  WaitUntil,
} from '../../../../shared/connectors/http/vendorFaults.ts';
import {
  type Credentials,
  createVendorHttp,
  type VendorHttpOptions,
  type VendorRequest,
} from '../../../../shared/connectors/http/vendorHttp.ts';
import { createFakeClock, createFakeLog } from '../fakes.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const start = '2026-03-10T12:00:00.000Z';
const opened: { close(): void; closeAllConnections(): void }[] = [];

afterEach(() => {
  for (const server of opened.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(...handlers: Handler[]) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const handler = handlers[Math.min(seen.length, handlers.length - 1)];
    seen.push(request);
    handler?.(request, response);
  });
  opened.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, seen };
}

function client(baseUrl: string, options: Partial<VendorHttpOptions> = {}) {
  const clock = createFakeClock(start);
  const log = createFakeLog();
  const http = createVendorHttp({
    ...{ vendor: 'Vendor', baseUrl, fetch, clock, log, timeoutMs: 2000 },
    ...options,
  });
  const get = (path: string, more: Partial<VendorRequest> = {}) =>
    http.send(
      { url: new URL(path, baseUrl), what: 'a thing', ...more },
      async (answer) => ({
        status: answer.status,
        body: await answer.text(),
      }),
    );
  return { http, get, clock, log };
}

const answer =
  (status: number, headers: Record<string, string> = {}, body = ''): Handler =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };

const ok = answer(200, {}, 'done');
const secret: Credentials = {
  headers: async () => ({ authorization: 'Bearer secret' }),
  renew: async () => {},
};

describe('a vendor that limits requests', () => {
  it.each([
    ['seconds', '7', 7000],
    ['an HTTP date', 'Tue, 10 Mar 2026 12:00:20 GMT', 20_000],
    ['an ISO 8601 date', '2026-03-10T12:00:20Z', 20_000],
    ['nonsense', 'rand(30),add(30)', 15_000],
    ['nothing', undefined, 15_000],
    ['zero', '0', 1000],
  ])('is waited for as it says, in %s', async (_, retryAfter, waited) => {
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const server = await serve(answer(429, headers, '<html>'), ok);
    const { get, clock } = client(server.url);
    expect(await get('/')).toEqual({ status: 200, body: 'done' });
    expect(clock.slept).toEqual([waited]);
  });

  it('is left alone by all other requests meanwhile', async () => {
    const server = await serve(answer(429, { 'retry-after': '30' }), ok);
    const { get, clock } = client(server.url, { maxInFlight: 1 });
    await Promise.all([get('/a'), get('/b'), get('/c')]);
    expect(server.seen.map(({ url }) => url).sort()).toEqual(['/a', '/a', '/b', '/c']);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(Date.parse(start) + 30_000);
  });

  it('ends a page if it wants a long time', async () => {
    const server = await serve(answer(429, { 'retry-after': '1800' }), ok);
    const { get, clock } = client(server.url);
    const error = await get('/').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(WaitUntil);
    expect(error).toMatchObject({ until: new Date('2026-03-10T12:30:00.000Z') });
    await expect(get('/other')).rejects.toBeInstanceOf(WaitUntil);
    expect(server.seen).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  it('ends a page if the page would be over before the wait', async () => {
    const server = await serve(answer(429, { 'retry-after': '30' }), ok);
    const { get } = client(server.url);
    const until = new Date(Date.parse(start) + 10_000);
    await expect(get('/', { until })).rejects.toBeInstanceOf(WaitUntil);
  });

  it('is asked again after a day if it speaks of next year', async () => {
    const server = await serve(
      answer(429, { 'retry-after': 'Wed, 10 Mar 2027 12:00:00 GMT' }),
    );
    const error = await client(server.url)
      .get('/')
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ until: new Date('2026-03-11T12:00:00.000Z') });
  });
});

describe('a vendor in trouble', () => {
  it('is asked again with growing pauses, the same each time', async () => {
    const trouble = answer(503);
    const server = await serve(trouble, trouble, trouble, ok);
    const { get, clock } = client(server.url);
    expect(await get('/')).toEqual({ status: 200, body: 'done' });
    expect(clock.slept).toEqual([500, 1000, 2000]);
  });

  it('is given up after five tries, with a sentence and its tracking id', async () => {
    const server = await serve(answer(502, { TrackingID: 'ROUTER_1-2' }, 'private'));
    const error = await client(server.url)
      .get('/path?token=x')
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(VendorFault);
    expect(error).toMatchObject({
      kind: 'status',
      status: 502,
      message: 'Vendor answered 502 when asked for a thing (tracking id ROUTER_1-2).',
    });
    expect(server.seen).toHaveLength(5);
  });

  it('is not asked again within a page if it wants a long time', async () => {
    const server = await serve(answer(503, { 'retry-after': '90' }), ok);
    const { get, clock } = client(server.url);
    const error = await get('/').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'VendorFault', retryAfterMs: 90_000 });
    expect(server.seen).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  it('is waited for as its Retry-After says', async () => {
    const server = await serve(answer(503, { 'retry-after': '20' }), ok);
    const { get, clock } = client(server.url);
    await get('/');
    expect(clock.slept).toEqual([20_000]);
  });

  it('is asked again when it resets the connection, or breaks off half way', async () => {
    const reset: Handler = (request) => request.socket.destroy();
    const half: Handler = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    };
    const server = await serve(reset, half, ok);
    expect(await client(server.url).get('/')).toEqual({ status: 200, body: 'done' });
  });

  it('is asked again when it says nothing for too long', async () => {
    const silent: Handler = () => {};
    const stalled: Handler = (_, response) => void response.writeHead(200).write('a');
    const server = await serve(silent, stalled, ok);
    const { get } = client(server.url, { timeoutMs: 100 });
    expect(await get('/')).toEqual({ status: 200, body: 'done' });
  });

  it('is asked again when it sends a web page for JSON', async () => {
    const server = await serve(
      answer(200, { 'content-type': 'text/html' }, '<html>Sign in'),
      answer(200, {}, '{"value":1}'),
    );
    const { http } = client(server.url);
    const schema = z.object({ value: z.number() });
    const value = await http.send({ url: new URL(server.url), what: 'it' }, (reply) =>
      reply.json(schema),
    );
    expect(value).toEqual({ value: 1 });
  });

  it('is not asked again for JSON that is not as it should be', async () => {
    const server = await serve(answer(200, {}, '{"value":"one"}'));
    const { http } = client(server.url);
    const schema = z.object({ value: z.number() });
    const request = { url: new URL(server.url), what: 'it' };
    await expect(
      http.send(request, (reply) => reply.json(schema)),
    ).rejects.toBeInstanceOf(z.ZodError);
    expect(server.seen).toHaveLength(1);
  });

  it('is called unreachable if nobody listens', async () => {
    const server = await serve(ok);
    const { get } = client(server.url);
    for (const listening of opened.splice(0)) {
      listening.close();
      listening.closeAllConnections();
    }
    const error = await get('/').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'unreachable' });
    expect(String(error)).toContain(`could not be reached at ${server.host}`);
  });

  it('is asked once more where whoever reads the answer reports the break in words of its own', async () => {
    const half: Handler = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    };
    const server = await serve(half, ok);
    const { http } = client(server.url);
    const read = http.send({ url: new URL(server.url), what: 'it' }, async (reply) => {
      try {
        return await text(reply.stream());
      } catch {
        throw new Error('The upload failed.');
      }
    });
    expect(await read).toBe('done');
  });
});

describe('a request that must not be repeated', () => {
  it('fails at its first fault, but is asked again after a 429', async () => {
    const server = await serve(answer(429, { 'retry-after': '1' }), answer(502), ok);
    const { get } = client(server.url);
    await expect(get('/', { once: true })).rejects.toThrow('502');
    expect(server.seen).toHaveLength(2);
  });
});

describe('requests in flight', () => {
  it('are eight at most, until their bodies are read', async () => {
    let [now, most] = [0, 0];
    const server = await serve((_, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end('done');
      }, 20);
    });
    const { get } = client(server.url);
    await Promise.all(Array.from({ length: 30 }, (_, index) => get(`/${index}`)));
    expect(server.seen).toHaveLength(30);
    expect(most).toBe(8);
  });
});

describe('credentials', () => {
  it('go to the base URL and to listed hosts, by host and port', async () => {
    const [home, listed, foreign] = [await serve(ok), await serve(ok), await serve(ok)];
    const { get } = client(home.url, {
      credentials: secret,
      allowedHosts: [listed.host],
    });
    await get('/');
    await get(listed.url);
    await expect(get(foreign.url)).rejects.toThrow(`${foreign.host} is not allowed`);
    expect(home.seen[0]?.headers.authorization).toBe('Bearer secret');
    expect(listed.seen[0]?.headers.authorization).toBe('Bearer secret');
    expect(foreign.seen).toEqual([]);
  });

  it('never go to plain http outside of loopback, even if it is listed', async () => {
    const home = await serve(ok);
    const options = { credentials: secret, allowedHosts: ['files.example:80'] };
    const { get } = client(home.url, options);
    await expect(get('http://files.example/x')).rejects.toThrow('https');
  });

  it('follow a redirect within the origin', async () => {
    const server = await serve(answer(302, { location: '/there' }), ok);
    await client(server.url, { credentials: secret }).get('/here');
    expect(server.seen[1]?.url).toBe('/there');
    expect(server.seen[1]?.headers.authorization).toBe('Bearer secret');
  });

  it('stay behind when a download is redirected to a listed host', async () => {
    const elsewhere = await serve(ok);
    const home = await serve(answer(302, { location: `${elsewhere.url}/file` }));
    const options = { credentials: secret, allowedHosts: [elsewhere.host] };
    const { get } = client(home.url, options);
    expect(await get('/', { download: true })).toEqual({ status: 200, body: 'done' });
    expect(elsewhere.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('never see a redirect to a host that is not listed, nor one of an API call', async () => {
    const elsewhere = await serve(ok);
    const home = await serve(answer(302, { location: `${elsewhere.url}/file` }));
    const strict = client(home.url, { credentials: secret });
    await expect(strict.get('/', { download: true })).rejects.toThrow('not allowed');
    const listed = client(home.url, {
      credentials: secret,
      allowedHosts: [elsewhere.host],
    });
    await expect(listed.get('/')).rejects.toThrow('was not followed');
    expect(elsewhere.seen).toEqual([]);
  });

  it('are renewed once when they are refused', async () => {
    const server = await serve(answer(401), ok);
    let token = 'old';
    const renewed: string[] = [];
    const credentials: Credentials = {
      headers: async () => ({ authorization: token }),
      renew: async (refused) => {
        renewed.push(refused.authorization ?? '');
        token = 'new';
      },
    };
    const { get } = client(server.url, { credentials });
    expect(await get('/')).toEqual({ status: 200, body: 'done' });
    expect(renewed).toEqual(['old']);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      'old',
      'new',
    ]);
  });

  it('are not renewed for ever', async () => {
    const server = await serve(answer(401));
    const { get } = client(server.url, { credentials: secret });
    expect(await get('/')).toMatchObject({ status: 401 });
    expect(server.seen).toHaveLength(2);
  });

  it('are renewed more often where a vendor ends them at any moment', async () => {
    const server = await serve(answer(401), answer(401), answer(401), ok);
    const { get } = client(server.url, { credentials: secret, renewals: 3 });
    expect(await get('/')).toMatchObject({ status: 200 });
    expect(server.seen).toHaveLength(4);
  });
});

it.each(['trackingid', 'x-request-id', 'x-zm-trackingid'])(
  'tells the tracking id that a vendor gives as %s',
  async (header) => {
    const server = await serve(answer(500, { [header]: 'v=2.0;rid=WEB_1f2e' }), ok);
    const { get, log } = client(server.url);
    await get('/');
    expect(log.lines[0]).toContain('(tracking id v=2.0;rid=WEB_1f2e)');
  },
);

it('logs neither addresses with queries nor bodies nor tokens', async () => {
  const server = await serve(answer(500, {}, 'who said what'), ok);
  const { get, log } = client(server.url, { credentials: secret });
  await get('/people?email=jane@example.com');
  expect(log.lines).toEqual([
    'Vendor answered 500 when asked for a thing. Trying again in 0.5 s.',
  ]);
});
