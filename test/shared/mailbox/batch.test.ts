import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../shared/clock.ts';
import { askInBatches } from '../../../shared/mailbox/batch.ts';
import { RemoteFault } from '../../../shared/mailbox/faults.ts';
import type { Graph, GraphCall } from '../../../shared/mailbox/graphClient.ts';

const clock: Clock = { now: () => new Date(), sleep: async () => {} };
const parts = [
  { id: 'ada', url: '/users/ada' },
  { id: 'bob', url: '/users/bob' },
];
const granted = (id: string) => ({ id, status: 200, body: { id } });
const refused = (id: string, status: number, code = 'SomeCode') => ({
  ...{ id, status },
  body: { error: { code } },
});

/** Answers each batch by the next of these; the last one stays. */
function answering(...batches: unknown[][]) {
  const asked: unknown[] = [];
  const graph: Graph = {
    async request<T>(call: GraphCall<T>) {
      asked.push(JSON.parse(call.body ?? ''));
      const responses = batches[Math.min(asked.length, batches.length) - 1];
      return call.answer.parse({ responses });
    },
    upload: () => Promise.reject(new Error('Nothing is uploaded.')),
  };
  return { graph, asked };
}

describe('a batch', () => {
  it('asks again only for the parts that were throttled', async () => {
    const { graph, asked } = answering(
      [granted('ada'), refused('bob', 429)],
      [granted('bob')],
    );

    const answers = await askInBatches(graph, clock, parts);

    expect([...answers.values()].every(({ ok }) => ok)).toBe(true);
    expect(asked[1]).toEqual({
      requests: [{ id: 'bob', url: '/users/bob', method: 'GET' }],
    });
  });

  it('asks once more for a part whose token ended on its way', async () => {
    const { graph } = answering(
      [granted('ada'), refused('bob', 401, 'InvalidAuthenticationToken')],
      [granted('bob')],
    );

    const answers = await askInBatches(graph, clock, parts);

    expect(answers.get('bob')).toEqual({ ok: true, body: { id: 'bob' } });
  });

  it('takes a second 401 for the answer', async () => {
    const { graph, asked } = answering(
      [granted('ada'), refused('bob', 401)],
      [refused('bob', 401)],
    );

    const answers = await askInBatches(graph, clock, parts);

    expect(answers.get('bob')).toMatchObject({ ok: false, fault: { reaction: 'stop' } });
    expect(asked).toHaveLength(2);
  });

  it('takes a part that has no answer for one that is to be asked again', async () => {
    const { graph } = answering([granted('ada')], [granted('bob')]);

    const answers = await askInBatches(graph, clock, parts);

    expect([...answers.keys()]).toEqual(['ada', 'bob']);
  });

  it('gives up with the fault where parts are never answered', async () => {
    const { graph } = answering([refused('ada', 503), refused('bob', 503)]);

    await expect(askInBatches(graph, clock, parts)).rejects.toThrow(RemoteFault);
  });
});
