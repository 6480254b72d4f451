import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FunctionsHost } from '../../../local/functionsHost/functionsHost.ts';
import { behaviour, eventually, reset, runsOf } from './probe.ts';
import { type Lab, openLab } from './setup.ts';

let lab: Lab;
let host: FunctionsHost;

beforeEach(async () => {
  reset();
  lab = await openLab();
  host = await lab.start(['orchestrations.ts']);
});
afterEach(() => lab.close());

async function ended(id: string, on = host) {
  await eventually(async () => {
    const status = (await on.status(id))?.status ?? 'Pending';
    return status !== 'Running' && status !== 'Pending';
  });
  const instance = await on.status(id);
  return { status: instance?.status, output: instance?.output };
}

const run = async (name: string, input: unknown, id = name) =>
  ended(await host.startOrchestration(name, input, id));

/** Fails the first times for each input. */
function failFirst(times: number) {
  const tries = new Map<unknown, number>();
  return (input: unknown) => {
    const count = (tries.get(input) ?? 0) + 1;
    tries.set(input, count);
    if (count <= times) throw new Error(`try ${count}`);
    return `${input} after ${count}`;
  };
}

describe('an orchestration', () => {
  it('hands every kind of value through activities as JSON', async () => {
    behaviour.set('work', (value) => value);
    const values = ['text', '123', '{"a":1}', 5, 1.5, true, null, [1], { a: { b: 'c' } }];

    for (const [n, value] of values.entries()) {
      expect(await run('chain', value, `chain-${n}`)).toEqual({
        status: 'Completed',
        output: value,
      });
    }
    expect(runsOf('work')[2]).toBe('123');
  });

  it('fans out, no more at a time than host.json says, and sets a custom status', async () => {
    let now = 0;
    let most = 0;
    behaviour.set('double', async (value) => {
      most = Math.max(most, ++now);
      await delay(5);
      now--;
      return Number(value) * 2;
    });

    const { output } = await run('fanOut', 20);

    expect(output).toEqual(Array.from({ length: 20 }, (_, n) => n * 2));
    expect(most).toBe(3);
    expect((await host.status('fanOut'))?.customStatus).toEqual({ total: 20 });
  });

  it('tries a failed activity again after real pauses', async () => {
    behaviour.set('flaky', failFirst(2));

    expect((await run('retries', null)).output).toBe('x after 3');
  });

  it('throws in the orchestrator what an activity threw last', async () => {
    behaviour.set('flaky', failFirst(9));

    const { output } = await run('retries', null);

    expect(output).toContain("caught: Activity function 'flaky' failed: try 3");
    expect(runsOf('flaky')).toHaveLength(3);
  });

  it('keeps results apart when several retries overlap', async () => {
    behaviour.set('flaky', failFirst(2));
    behaviour.set('work', (value) => value);

    expect((await run('parallelRetries', null)).output).toEqual(
      ['a', 'b', 'c'].map((name) => `${name} after 3`),
    );
  });

  it('calls sub-orchestrations, with and without an id, and again if they fail', async () => {
    behaviour.set('work', (value) => value);
    behaviour.set('flaky', failFirst(1));

    expect((await run('parent', { id: 'my-child' })).output).toEqual([
      'child',
      '7 after 2',
    ]);
    expect((await host.status('my-child'))?.output).toBe('child');
  });

  it('continues as new with a short history', async () => {
    behaviour.set('double', (value) => Number(value) * 2);

    expect((await run('counter', { left: 4, sum: 0 })).output).toBe(20);
    expect(runsOf('double')).toEqual([4, 3, 2, 1]);
  });

  it('waits for an event, and is done though its timer was cancelled', async () => {
    const id = await host.startOrchestration('eventOrTimeout', 3_600_000, 'e1');
    const client = await clientOf();
    await client('raise', id, 'approval', 'yes');

    expect((await ended(id)).output).toEqual(['approved', 'yes']);
  });

  it('goes on when a timer is first', async () => {
    expect((await run('eventOrTimeout', 30)).output).toBe('timeout');
  });

  it('keeps events that come before anything waits for them', async () => {
    behaviour.set('work', () => delay(100));
    const id = await host.startOrchestration('twoEvents', null, 'two');
    const client = await clientOf();
    await client('raise', id, 'b', 'second');
    await client('raise', id, 'a', 'first');

    expect((await ended(id)).output).toEqual(['first', 'second']);
  });

  it('fails with the words of what it threw', async () => {
    expect(await run('throws', null)).toEqual({
      status: 'Failed',
      output: "Orchestrator function 'throws' failed: no more",
    });
  });

  it('is told to give a message where Azure would wait for ever', async () => {
    expect((await run('throwsNothing', null)).output).toMatch(/without a message/);
  });

  it('is reported when it is not deterministic', async () => {
    const { status, output } = await run('coin', null);

    expect(status).toBe('Failed');
    expect(output).toMatch(/Non-deterministic.*Task 0 was the activity 'work'/);
  });

  it('is reported where Azure would mix up ids', async () => {
    behaviour.set('flaky', (name) => {
      if (name === 'bad') throw new Error('bad');
      return delay(300).then(() => {
        throw new Error('not so good');
      });
    });

    const { status, output } = await run('halfFailed', null);

    expect(status).toBe('Failed');
    expect(output).toMatch(/One task of a Task.all failed/);
  });

  async function clientOf() {
    const { origin } = host;
    return async (...args: unknown[]) => {
      const body = JSON.stringify(args);
      const answer = await fetch(`${origin}/api/client`, { method: 'POST', body });
      return answer.json();
    };
  }

  describe('through the library\u2019s client', () => {
    it('starts once while it runs, and anew when it has ended', async () => {
      const gate = Promise.withResolvers<void>();
      behaviour.set('work', () => gate.promise);
      const client = await clientOf();

      expect(await client('start', 'one', 'chain', 'x')).toEqual({ result: 'one' });
      const second = await client('start', 'one', 'chain', 'y');
      gate.resolve();
      await ended('one');
      const third = await client('start', 'one', 'chain', 'z');

      expect(second).toEqual({
        error: expect.stringMatching(/409.*An Orchestration instance with the status/),
      });
      expect(third).toEqual({ result: 'one' });
    });

    it('says what is known of an instance', async () => {
      behaviour.set('work', (value) => value);
      const client = await clientOf();
      await client('start', 'known', 'chain', 'x');
      await ended('known');

      expect(await client('status', 'known')).toMatchObject({
        result: {
          ...{ name: 'chain', instanceId: 'known', runtimeStatus: 'Completed' },
          ...{ input: 'x', output: 'x' },
        },
      });
      expect(await client('all')).toMatchObject({ result: [{ instanceId: 'known' }] });
      expect(await client('status', 'unknown')).toEqual({
        error: expect.stringContaining('HTTP 404 response'),
      });
      expect(await client('start', 'x', 'nobody')).toEqual({
        error: expect.stringContaining("The function 'nobody' doesn't exist"),
      });
    });

    it('terminates and purges', async () => {
      const client = await clientOf();
      await client('start', 'long', 'eventOrTimeout', 3_600_000);
      expect(await client('terminate', 'long', 'enough')).toEqual({ result: null });

      expect(await ended('long')).toEqual({ status: 'Terminated', output: 'enough' });
      expect(await client('purge', 'long')).toEqual({ result: { instancesDeleted: 1 } });
      expect(await host.status('long')).toBeUndefined();
      expect(await client('raise', 'long', 'a')).toEqual({
        error: "No instance with ID 'long' found.",
      });
    });
  });

  it('goes on after a host that stopped in the middle of it', async () => {
    behaviour.set('work', (value) => value);
    const reached = Promise.withResolvers<void>();
    behaviour.set('flaky', () => {
      reached.resolve();
      return new Promise(() => {});
    });
    await host.startOrchestration('slow', null, 'slow');
    await reached.promise;
    await lab.stopHosts(0);
    behaviour.set('flaky', () => 'second time');

    host = await lab.start(['orchestrations.ts']);

    expect((await ended('slow')).output).toEqual(['first', 'second time']);
    expect(runsOf('work')).toEqual(['first']);
    expect(runsOf('flaky')).toHaveLength(2);
  });

  it('is worked on by one of two hosts, and started by the other', async () => {
    behaviour.set('work', (value) => value);
    const other = await lab.start(['orchestrations.ts']);
    const began = Date.now();
    await other.startOrchestration('chain', 'x', 'from-other');
    await ended('from-other', other);

    expect(Date.now() - began).toBeLessThan(1_500);
    expect(runsOf('work')).toHaveLength(2);
  });

  it('is taken over when the host that works on it stops', async () => {
    behaviour.set('work', (value) => value);
    const other = await lab.start(['orchestrations.ts']);
    await host.startOrchestration('twoEvents', null, 'two');
    await host.stop();
    await eventually(async () => (await other.status('two'))?.status === 'Running');
    host = other;
    const client = await clientOf();
    await client('raise', 'two', 'a', 1);
    await client('raise', 'two', 'b', 2);

    expect((await ended('two', other)).output).toEqual([1, 2]);
  });
});
