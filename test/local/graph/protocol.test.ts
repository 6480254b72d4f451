import { expect, it } from 'vitest';
import { z } from 'zod';
import { clientOf, graphWithAda, handClock, start } from './client.ts';

it('asks for a token, and says so in the shape of the service', async () => {
  const { graph, call } = await graphWithAda();

  const answer = await call('GET', '/users', undefined, {
    Authorization: 'Bearer other',
  });
  const bare = await fetch(`${graph.baseUrl}/users`);

  expect(answer.status).toBe(401);
  expect(answer.body).toMatchObject({
    error: {
      code: 'InvalidAuthenticationToken',
      message: expect.any(String),
      innerError: { 'request-id': answer.headers.get('request-id') },
    },
  });
  expect(bare.status).toBe(401);
  expect(graph.violations).toEqual(['a wrong token', 'no token']);
});

it('issues tokens to the app that is registered, for an hour', async () => {
  const clock = handClock();
  const { graph, call } = await graphWithAda({
    app: { clientId: 'app', clientSecret: 'secret' },
    now: clock.now,
  });
  const { origin } = new URL(graph.baseUrl);
  const ask = (secret: string) =>
    fetch(`${origin}/tenant/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'app',
        client_secret: secret,
        scope: `${origin}/.default`,
      }),
    });

  const refused = await ask('guess');
  const granted = await ask('secret');
  const { access_token } = z
    .object({ access_token: z.string() })
    .parse(await granted.json());
  const use = () =>
    call('GET', '/users', undefined, { Authorization: `Bearer ${access_token}` });

  expect(refused.status).toBe(401);
  expect((await use()).status).toBe(200);
  clock.advance(3_600_000);
  expect((await use()).status).toBe(401);
});

it('gives the client its request id back', async () => {
  const { call } = await graphWithAda();
  const answer = await call('GET', '/organization', undefined, {
    'client-request-id': 'mine',
  });
  expect(answer.headers.get('client-request-id')).toBe('mine');
});

it('knows its own paths and methods only', async () => {
  const { graph, call, inbox } = await graphWithAda();

  expect((await call('GET', '/groups')).code).toBe('BadRequest');
  expect((await call('PUT', inbox)).status).toBe(405);
  expect((await fetch(graph.baseUrl.replace('v1.0', 'beta'))).status).toBe(404);
  expect(graph.violations).toEqual([
    'GET on an unknown route',
    'PUT on an unknown route',
    'GET outside of /v1.0',
  ]);
});

it('refuses query options that it does not support', async () => {
  const { call, inbox } = await graphWithAda();

  expect((await call('GET', `${inbox}/messages?$search=x`)).status).toBe(400);
  expect((await call('GET', `${inbox}/messages?$top=x`)).status).toBe(400);
  expect((await call('GET', `${inbox}/messages?$select=id&$select=id`)).status).toBe(400);
  expect((await call('GET', `${inbox}/messages?$select=colour`)).status).toBe(400);
});

it('refuses bodies over the limit of one request', async () => {
  const { call, inbox } = await graphWithAda();
  const body = { body: { contentType: 'text', content: 'x'.repeat(4 * 1024 * 1024) } };
  expect((await call('POST', `${inbox}/messages`, body)).status).toBe(413);
});

it('counts requests by route and by mailbox', async () => {
  const { graph, ada, call, inbox } = await graphWithAda();

  await call('GET', inbox);
  await call('GET', inbox);
  await call('GET', '/organization');

  expect(graph.requests).toMatchObject({
    total: 3,
    routes: { getFolder: 2, listOrganizations: 1 },
    statuses: { 200: 3 },
    mailboxes: { [ada.id]: { requests: 2, maxInFlight: 1, throttled: 0 } },
  });
});

it('closes while requests are under way', async () => {
  const { tenant } = (await graphWithAda()).graph;
  const graph = await start({ tenant, latencyMs: 60_000 });
  const call = clientOf(graph)('GET', '/users');
  const ended = expect(call).rejects.toThrow();
  while (graph.requests.total === 0)
    await new Promise((resolve) => setImmediate(resolve));
  await graph.close();
  await ended;
});
