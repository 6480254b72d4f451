import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createSizeLimit } from '../../../shared/mailbox/sizeLimit.ts';

const MB = 1024 * 1024;
const fresh = () => createSizeLimit(150 * MB, systemClock, { bytes: 0, at: 0 });

describe("a mailbox's learnt limit", () => {
  it('is the next usual one below what was refused', () => {
    const limit = fresh();

    expect(limit.learn(30 * MB, limit.bytes())).toBe(true);

    expect(limit.bytes()).toBe(25 * MB);
  });

  it('is learnt once from messages that were refused at the same time', () => {
    const limit = fresh();
    for (const size of [30, 31, 32]) expect(limit.learn(size * MB, 150 * MB)).toBe(true);

    expect(limit.bytes()).toBe(25 * MB);
  });

  it('goes on downwards while what keeps to it is refused, and ends', () => {
    const limit = fresh();
    let steps = 0;
    while (limit.learn(limit.bytes(), limit.bytes())) steps++;

    expect(steps).toBeGreaterThan(5);
    expect(limit.bytes()).toBe(MB);
  });

  it('is forgotten after a week, since administrators raise limits', () => {
    const at = Date.now() - 8 * 86_400_000;

    expect(createSizeLimit(150 * MB, systemClock, { bytes: MB, at }).bytes()).toBe(
      150 * MB,
    );
  });
});
