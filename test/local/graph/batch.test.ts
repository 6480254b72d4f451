import { expect, it } from 'vitest';
import { z } from 'zod';
import { archivedMessage, graphWithAda, keyFilter } from './client.ts';

const responsesSchema = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()),
      body: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

async function batching() {
  const world = await graphWithAda();
  const batch = async (requests: unknown[]) => {
    const answer = await world.call('POST', '/$batch', { requests });
    const parsed = responsesSchema.safeParse(answer.body);
    const parts = new Map(parsed.data?.responses.map((part) => [part.id, part]));
    return { answer, parts, order: [...parts.keys()] };
  };
  return { ...world, batch };
}

it('answers each part with its own status, in any order', async () => {
  const { batch, graph, ada } = await batching();
  const get = (id: string, url: string) => ({ id, method: 'GET', url });
  const ids = Array.from({ length: 8 }, (_, n) => `${n}`);

  const { answer, parts, order } = await batch([
    ...ids.map((id) => get(id, '/users/ada@example.com/mailFolders/inbox?$select=id')),
    get('missing', `/users/${ada.id}/messages/none`),
    get('found', `/users/${ada.id}/messages?${keyFilter('k')}`),
  ]);

  expect(answer.status).toBe(200);
  expect(parts.get('3')?.status).toBe(200);
  expect(parts.get('missing')?.status).toBe(404);
  expect(parts.get('found')?.body?.value).toEqual([]);
  expect(order).not.toEqual([...ids, 'missing', 'found']);
  expect(graph.violations).toEqual([]);
  expect(graph.requests.mailboxes[ada.id]).toMatchObject({
    requests: 10,
    maxInFlight: 4,
  });
  expect(graph.requests.routes).toMatchObject({ batch: 1, getFolder: 8 });
});

it('does what depends on something else after it, or not at all', async () => {
  const { batch, graph, inbox } = await batching();
  const headers = { 'Content-Type': 'application/json' };
  const create = (id: string, path: string, dependsOn: string[] = []) => ({
    id,
    method: 'POST',
    url: `${path}/messages`,
    headers,
    body: archivedMessage(id),
    dependsOn,
  });

  const { parts } = await batch([
    create('a', inbox),
    create('b', '/users/nobody@example.com', ['a']),
    create('c', inbox, ['b']),
  ]);

  expect([...'abc'].map((id) => parts.get(id)?.status)).toEqual([201, 404, 424]);
  expect(graph.mailbox('ada@example.com').messages).toHaveLength(1);
});

it('throttles parts, and tells each of them how long', async () => {
  const { batch, graph } = await batching();
  graph.faults.add({ kind: 'throttled', routes: ['getFolder'], retryAfterSeconds: 9 });
  const { answer, parts } = await batch([
    { id: '1', method: 'GET', url: '/users/ada@example.com/mailFolders/inbox' },
  ]);
  expect(answer.status).toBe(200);
  expect(parts.get('1')).toMatchObject({ status: 429, headers: { 'Retry-After': '9' } });
});

it.each<[string, unknown[]]>([
  ['more than twenty parts', Array.from({ length: 21 }, (_, n) => part(`${n}`))],
  ['ids that are not unique', [part('1'), part('1')]],
  ['absolute urls', [{ ...part('1'), url: 'https://graph.microsoft.com/v1.0/users' }]],
  ['unknown dependencies', [{ ...part('1'), dependsOn: ['2'] }]],
  ['a body without a type', [{ ...part('1'), method: 'POST', body: {} }]],
  ['no parts', []],
])('refuses %s', async (_what, requests) => {
  const { batch } = await batching();
  expect((await batch(requests)).answer.status).toBe(400);
});

function part(id: string) {
  return { id, method: 'GET', url: '/organization' };
}
