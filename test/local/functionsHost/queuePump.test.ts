import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pumpQueue } from '../../../local/functionsHost/queuePump.ts';
import { silentLog } from '../../../shared/log.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const settings = {
  batchSize: 1,
  newBatchThreshold: 0,
  maxDequeueCount: 5,
  visibilityTimeoutMs: 30_000,
  maxPollingIntervalMs: 1_000,
  base64: true,
};

/** One message, and a note of what is done with it. */
function fakeQueue(calls: unknown[][]) {
  const now = new Date(0);
  const message = {
    ...{ messageId: 'm', popReceipt: 'r0', messageText: 'MQ==', dequeueCount: 1 },
    ...{ insertedOn: now, expiresOn: now, nextVisibleOn: now },
  };
  const bag: unknown[] = [message];
  let receipt = 0;
  const note = (name: string, result: (args: unknown[]) => unknown) =>
    vi.fn(async (...args: unknown[]) => {
      calls.push([name, ...args]);
      return result(args);
    });
  return {
    name: 'work',
    receiveMessages: vi.fn(async () => ({ receivedMessageItems: bag.splice(0) })),
    updateMessage: note('update', () => ({ popReceipt: `r${++receipt}` })),
    deleteMessage: note('delete', () => ({})),
  };
}

async function pump(run: () => Promise<unknown>, ms: number): Promise<unknown[][]> {
  const calls: unknown[][] = [];
  const stop = new AbortController();
  const queue = fakeQueue(calls);
  const deps = { name: 'f', queue, poison: queue, settings, log: silentLog };
  // The fake has only what the pump uses.
  const done = pumpQueue({ ...deps, invoke: run } as never, stop.signal);
  await vi.advanceTimersByTimeAsync(ms);
  stop.abort();
  await vi.advanceTimersByTimeAsync(1_000);
  await done;
  return calls;
}

describe('a queue message', () => {
  it('stays hidden while its function runs, and goes with its last receipt', async () => {
    const long = () => new Promise((resolve) => setTimeout(resolve, 25_000));

    expect(await pump(long, 26_000)).toEqual([
      ['update', 'm', 'r0', undefined, 30],
      ['update', 'm', 'r1', undefined, 30],
      ['delete', 'm', 'r2'],
    ]);
  });

  it('comes back after the visibility timeout when its function fails', async () => {
    const fails = () => Promise.reject(new Error('no'));

    expect(await pump(fails, 100)).toEqual([['update', 'm', 'r0', undefined, 30]]);
  });
});
