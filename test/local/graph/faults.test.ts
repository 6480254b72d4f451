import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createFaults, type Fault } from '../../../local/graph/faults.ts';
import { seededRandom } from '../../../local/simulation/seeded.ts';
import {
  archivedMessage,
  graphWithAda,
  handClock,
  keyFilter,
  valuesOf,
} from './client.ts';

async function faulty(fault: Fault) {
  const clock = handClock();
  const world = await graphWithAda({ now: clock.now });
  world.graph.faults.add({ routes: ['createMessage'], count: 1, ...fault });
  const create = () =>
    world.call('POST', `${world.inbox}/messages`, archivedMessage('k'));
  const copies = () => world.graph.mailbox('ada@example.com').messages.length;
  return { ...world, clock, create, copies };
}

it.each<[Fault, number, string | undefined]>([
  [{ kind: 'throttled' }, 429, '2'],
  [{ kind: 'throttled', retryAfterSeconds: null }, 429, undefined],
  [{ kind: 'unavailable', retryAfterSeconds: 7 }, 503, '7'],
  [{ kind: 'internalError' }, 500, undefined],
  [{ kind: 'badGateway' }, 502, undefined],
  [{ kind: 'timeoutBeforeCommit' }, 504, undefined],
  [{ kind: 'unauthorized' }, 401, undefined],
  [{ kind: 'accessDenied' }, 403, undefined],
  [{ kind: 'noMailbox' }, 404, undefined],
  [{ kind: 'quotaExceeded' }, 400, undefined],
  [{ kind: 'refused', status: 409, code: 'Other' }, 409, undefined],
])('answers %j before anything happened', async (fault, status, retryAfter) => {
  const { create, copies, clock } = await faulty(fault);

  const refused = await create();

  expect(refused.status).toBe(status);
  expect(refused.headers.get('retry-after') ?? undefined).toBe(retryAfter);
  expect(copies()).toBe(0);
  clock.advance(10_000);
  expect((await create()).status).toBe(201);
});

it('answers 504 after it happened', async () => {
  const { create, copies, graph } = await faulty({ kind: 'timeoutAfterCommit' });
  expect((await create()).status).toBe(504);
  expect(copies()).toBe(1);
  expect(graph.faults.struck).toEqual({ timeoutAfterCommit: 1 });
});

it('breaks the connection before or after it happened', async () => {
  const before = await faulty({ kind: 'resetBeforeCommit' });
  await expect(before.create()).rejects.toThrow();
  expect(before.copies()).toBe(0);
  expect(before.graph.requests.statuses).toEqual({ reset: 1 });

  const after = await faulty({ kind: 'resetAfterCommit' });
  await expect(after.create()).rejects.toThrow();
  expect(after.copies()).toBe(1);
});

it('commits late, when the client has long heard of a broken connection', async () => {
  const { create, copies, clock } = await faulty({ kind: 'lateCommit', delayMs: 60_000 });
  await expect(create()).rejects.toThrow();
  clock.advance(59_000);
  expect(copies()).toBe(0);
  clock.advance(1_000);
  expect(copies()).toBe(1);
});

it('commits late by itself', async () => {
  const { graph, call, inbox } = await graphWithAda();
  graph.faults.add({ kind: 'lateCommit', delayMs: 20, count: 1 });
  await expect(call('POST', `${inbox}/messages`, archivedMessage('k'))).rejects.toThrow();
  await delay(100);
  const listed = await call('GET', `${inbox}/messages`);
  expect(valuesOf(listed)).toHaveLength(1);
});

it('commits what a client gave up waiting for', async () => {
  const { graph, inbox } = await graphWithAda();
  graph.faults.add({ kind: 'slow', delayMs: 50, count: 1 });
  const given = fetch(`${graph.baseUrl}${inbox}/messages`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${graph.token}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(archivedMessage('k')),
    signal: AbortSignal.timeout(10),
  });
  await expect(given).rejects.toThrow();
  await expect.poll(() => graph.mailbox('ada@example.com').messages.length).toBe(1);
});

it('does not find by filter at once what was just created, but lists it', async () => {
  const { create, call, clock, inbox } = await faulty({
    kind: 'indexLag',
    delayMs: 5_000,
  });
  const { body } = await create();
  const found = async () =>
    valuesOf(await call('GET', `${inbox}/messages?${keyFilter('k')}`)).length;

  expect(await found()).toBe(0);
  expect((await call('GET', `${inbox}/messages/${body.id}`)).status).toBe(200);
  clock.advance(5_000);
  expect(await found()).toBe(1);
});

it('strikes whom and when it is told', () => {
  const faults = createFaults([], seededRandom(1));
  const target = { route: 'createMessage', users: ['ada@example.com'] };
  const remove = faults.add({
    kind: 'badGateway',
    after: 1,
    count: 2,
    user: 'Ada@example.com',
  });
  const kinds = () => [1, 2, 3, 4].map(() => faults.draw(target).fault?.kind);

  expect(faults.draw({ route: 'createMessage', users: [] }).fault).toBeUndefined();
  expect(kinds()).toEqual([undefined, 'badGateway', 'badGateway', undefined]);
  remove();
  expect(kinds()).toEqual([undefined, undefined, undefined, undefined]);
});

it('strikes the same requests for the same seed, about as often as the rate says', () => {
  const run = (seed: number) => {
    const faults = createFaults([{ kind: 'throttled', rate: 0.05 }], seededRandom(seed));
    const target = { route: 'listUsers', users: [] };
    return Array.from({ length: 2000 }, () => faults.draw(target).fault !== undefined);
  };
  expect(run(7)).toEqual(run(7));
  expect(run(7)).not.toEqual(run(8));
  const struck = run(7).filter(Boolean).length;
  expect(struck).toBeGreaterThan(60);
  expect(struck).toBeLessThan(140);
});
