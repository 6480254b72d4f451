import { expect, it } from 'vitest';
import { graphWithAda, handClock } from './client.ts';

it('lets four requests at a time into a mailbox', async () => {
  const { graph, ada, call, inbox } = await graphWithAda({ latencyMs: 100 });

  const answers = await Promise.all(Array.from({ length: 6 }, () => call('GET', inbox)));

  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.code).toBe('ApplicationThrottled');
  expect(refused[0]?.headers.get('retry-after')).toBe('2');
  expect(graph.requests.mailboxes[ada.id]?.maxInFlight).toBeGreaterThan(4);
  expect(graph.violations[0]).toMatch(/requests in flight/);
});

it('has nothing against four at a time', async () => {
  const { graph, ada, call, inbox } = await graphWithAda({ latencyMs: 5 });
  const lane = async () => {
    for (let n = 0; n < 10; n++) expect((await call('GET', inbox)).status).toBe(200);
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  expect(graph.requests.mailboxes[ada.id]?.maxInFlight).toBe(4);
  expect(graph.violations).toEqual([]);
});

it('limits the requests in a sliding window, refused ones included', async () => {
  const clock = handClock();
  const limits = { requests: 3, requestWindowSeconds: 10 };
  const { graph, call, inbox } = await graphWithAda({ now: clock.now, limits });

  await call('GET', inbox);
  clock.advance(4_000);
  await call('GET', inbox);
  await call('GET', inbox);
  const refused = await call('GET', inbox);
  clock.advance(10_000);
  const admitted = await call('GET', inbox);

  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('10');
  expect(admitted.status).toBe(200);
  expect(graph.violations).toEqual([]);
  expect(graph.requests.statuses[429]).toBe(1);
});

it('limits the bytes that are uploaded in a sliding window', async () => {
  const clock = handClock();
  const limits = { uploadBytes: 1000, uploadWindowSeconds: 5 };
  const { call, inbox } = await graphWithAda({ now: clock.now, limits });
  const post = () =>
    call('POST', `${inbox}/messages`, {
      body: { contentType: 'text', content: 'x'.repeat(600) },
    });

  expect((await post()).status).toBe(201);
  const refused = await post();
  expect(refused.headers.get('retry-after')).toBe('5');
  expect((await call('GET', inbox)).status).toBe(429);
  clock.advance(5_000);
  expect((await post()).status).toBe(201);
});

it('notices who comes before the time that it named', async () => {
  const clock = handClock();
  const { graph, call, inbox } = await graphWithAda({ now: clock.now });
  graph.faults.add({ kind: 'unavailable', count: 1, retryAfterSeconds: 30 });

  expect((await call('GET', inbox)).status).toBe(503);
  clock.advance(10_000);
  const early = await call('GET', inbox);
  clock.advance(20_000);
  const late = await call('GET', inbox);

  expect([early.status, early.headers.get('retry-after')]).toEqual([429, '20']);
  expect(late.status).toBe(200);
  expect(graph.violations).toHaveLength(1);
});

it('holds up one mailbox only', async () => {
  const { graph, call, inbox } = await graphWithAda();
  graph.faults.add({ kind: 'throttled', user: 'ada@example.com', count: 1 });
  expect((await call('GET', inbox)).status).toBe(429);
  expect((await call('GET', '/users')).status).toBe(200);
});
