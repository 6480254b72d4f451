import { describe, expect, it } from 'vitest';
import { addUp, type ProgressRow } from '../../../shared/status/runProgress.ts';

const row = (rowKey: string, change: Partial<ProgressRow> = {}): ProgressRow => ({
  rowKey,
  ...{ available: 0, reread: 0, excluded: 0, converted: 0, due: 0 },
  ...{ misplaced: false, sweeps: 0, sweptAt: 0 },
  ...{ imported: 0, partial: 0, skipped: 0, failed: 0 },
  ...change,
});

describe('adding up what a run left in RunProgress', () => {
  it('sums pages and copies, and counts unmapped people once each', () => {
    const totals = addUp([
      row('00000', { available: 5, reread: 2, orders: 2, due: 4, failed: 1 }),
      row('00000|mbx-a', { imported: 2, skipped: 1 }),
      row('00000|mbx-b', { partial: 1 }),
      row('00001', { available: 3, excluded: 1 }),
      row('u|eve'),
    ]);
    expect(totals).toMatchObject({
      ...{ availableFromSource: 8, reread: 2, excluded: 1, unmapped: 1 },
      ...{ imported: 2, skipped: 1, partial: 1, failed: 1 },
      ...{ copiesDue: 5, ordersDue: 2, ordersDone: 2 },
    });
    expect([...totals.mappedPages]).toEqual([0]);
    expect([...totals.fetchedPages]).toEqual([0, 1]);
  });

  it('says what the source reported only where a source reports', () => {
    expect(addUp([row('00000')]).sourceReported).toBeUndefined();
    const reports = [
      row('00000', { sourceReported: 2 }),
      row('00001', { sourceReported: 3 }),
    ];
    expect(addUp(reports).sourceReported).toBe(5);
  });
});
