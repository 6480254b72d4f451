import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPacer, type MailboxLimits } from '../../../shared/mailbox/pacer.ts';

const limits: MailboxLimits = {
  requests: { count: 1_000, windowMs: 600_000 },
  bytes: { count: 1_000_000, windowMs: 300_000 },
};

/** Takes as fast as it may until the time has passed; returns when each was taken. */
function race(sizes: () => number, untilMs: number, spentBefore?: number) {
  let now = 1_000_000;
  const time = () => new Date(now);
  let pacer = createPacer(limits, time);
  const taken: { at: number; bytes: number }[] = [];
  while (now < 1_000_000 + untilMs) {
    const bytes = sizes();
    const wait = pacer.take(bytes);
    if (wait > 0) now += wait;
    else taken.push({ at: now, bytes });
    now += 1;
    if (taken.length === spentBefore) pacer = createPacer(limits, time, pacer.spent());
  }
  return taken;
}

function mostInWindow(taken: { at: number; bytes: number }[], windowMs: number) {
  let most = { requests: 0, bytes: 0 };
  let from = 0;
  let bytes = 0;
  taken.forEach(({ at, bytes: size }, i) => {
    bytes += size;
    while ((taken[from]?.at ?? 0) <= at - windowMs) bytes -= taken[from++]?.bytes ?? 0;
    most = {
      requests: Math.max(most.requests, i - from + 1),
      bytes: Math.max(most.bytes, bytes),
    };
  });
  return most;
}

describe('the pacer', () => {
  it('never lets more through than the limits allow, in any window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), (largest) => {
        let seed = largest;
        const sizes = () => {
          seed = (seed * 16_807) % 2_147_483_647;
          return seed % largest;
        };
        const taken = race(sizes, 1_800_000);
        expect(mostInWindow(taken, 600_000).requests).toBeLessThanOrEqual(1_000);
        expect(mostInWindow(taken, 300_000).bytes).toBeLessThanOrEqual(1_000_000);
      }),
      { numRuns: 20 },
    );
  });

  it('reaches 95 % of the limit over a long backlog', () => {
    const taken = race(() => 1, 6_000_000);
    expect(taken.length).toBeGreaterThan(10 * 1_000 * 0.95);
  });

  it('goes on where a predecessor left off', () => {
    const taken = race(() => 1, 1_800_000, 500);
    expect(mostInWindow(taken, 600_000).requests).toBeLessThanOrEqual(1_000);
  });
});
