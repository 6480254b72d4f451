import { expect, test } from 'vitest';
import { defaultCredentials } from '../../../local/webex/tokens.ts';
import { ago, now, readGrant, refresh, visit } from './visitor.ts';

test('a refresh gives an access token that lives for 14 days', async () => {
  const { webex, get } = await visit();
  expect(await (await refresh(webex)).json()).toMatchObject({
    expires_in: 1_209_600,
    refresh_token: defaultCredentials.refreshToken,
    refresh_token_expires_in: 7_776_000,
  });
  expect((await get('/people/me')).status).toBe(200);
  expect(webex.violations).toEqual([]);
});

test.each([
  [{ client_secret: 'wrong' }, 401],
  [{ client_id: 'wrong' }, 401],
  [{ refresh_token: 'wrong' }, 400],
  [{ refresh_token: '' }, 400],
  [{ grant_type: 'authorization_code' }, 400],
])('a refresh with %j is refused', async (changes, status) => {
  const { webex } = await visit();
  const response = await refresh(webex, changes);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({
    message: expect.any(String),
    errors: [{ description: expect.any(String) }],
    trackingId: expect.stringMatching(/^ROUTER_/),
  });
  expect(webex.violations).toHaveLength(1);
});

test('a refresh must be a POST of a form, without a token', async () => {
  const { webex, get } = await visit();
  expect((await get('/access_token')).status).toBe(405);
  const url = `${webex.baseUrl}/access_token`;
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(415);
  expect(webex.violations).toContain('GET /v1/access_token: a token where none belongs');
});

test.each([
  [undefined, 'GET /me: no bearer token'],
  ['Basic abc', 'GET /me: not a bearer token'],
  ['Bearer abc', "GET /me: a token that is not Webex's"],
])('with %j as authorization nobody is let in', async (authorization, violation) => {
  const { webex } = await visit();
  const headers = authorization ? { authorization } : {};
  const response = await fetch(`${webex.baseUrl}/people/me`, { headers });
  expect(response.status).toBe(401);
  expect(webex.violations).toEqual([violation]);
});

test('an access token expires', async () => {
  let time = now;
  const tokens = { expiresInSeconds: 60 };
  const { webex, get } = await visit({ now: () => time, tokens });
  time = ago(-1);
  expect((await get('/people/me')).status).toBe(401);
  expect(webex.violations).toEqual(['GET /me: an expired access token']);
});

test('a refresh token dies 90 days after its last use', async () => {
  let time = now;
  const { webex } = await visit({ now: () => time });
  time = ago(-89 * 1440);
  expect((await refresh(webex)).status).toBe(200);
  time = ago(-178 * 1440);
  expect((await refresh(webex)).status).toBe(200);
  time = ago(-268 * 1440);
  expect((await refresh(webex)).status).toBe(400);
});

test('a rotated refresh token replaces its predecessor, at once if strict', async () => {
  const { webex } = await visit({ tokens: { rotation: 'strict' } });
  expect((await refresh(webex)).status).toBe(400);
});

test('a graceful rotation honours the predecessor until the successor is used', async () => {
  const { webex } = await visit({ tokens: { rotation: 'graceful' } });
  const { refresh_token } = await readGrant(await refresh(webex));
  expect(refresh_token).not.toBe(defaultCredentials.refreshToken);
  const next = await readGrant(await refresh(webex, { refresh_token }));
  expect(next.refresh_token).not.toBe(refresh_token);
  expect((await refresh(webex)).status).toBe(400);
  expect((await refresh(webex, { refresh_token })).status).toBe(200);
});
