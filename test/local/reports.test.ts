import { describe, expect, it } from 'vitest';
import { addsUp, countersTable } from '../../local/counters.ts';
import { mailboxTree } from '../../local/mailboxTree.ts';
import { type RunRow, runRowSchema } from '../../shared/status/runLog.ts';

const run = (change: Partial<RunRow> = {}): RunRow =>
  runRowSchema.parse({
    partitionKey: 'webex',
    rowKey: '1',
    runId: '20261120T010000Z-0000',
    state: 'completed',
    availableFromSource: 3,
    availableForImport: 5,
    ...{ imported: 2, partial: 1, skipped: 1, failed: 1, settled: true },
    ...change,
  });

describe('the counters', () => {
  it('add up when every copy has an outcome', () => {
    expect(addsUp(run())).toBe(true);
  });

  it.each([
    ['a copy is missing', { imported: 1 }],
    ['there is a copy too many', { skipped: 2 }],
    ['something is outstanding', { settled: false }],
    ['more was reread than found', { reread: 4 }],
  ])('do not add up when %s', (_what, change) => {
    expect(addsUp(run(change))).toBe(false);
  });

  it('are shown in a line for each connector, with what the run has to say', () => {
    const table = countersTable([run(), run({ partitionKey: 'zoom', message: 'Oh.' })]);
    const [head, webex, zoom, message] = table.split('\n');
    expect(head).toMatch(/^connector +state +available/);
    expect(webex).toMatch(/^webex +completed +3 +0 +5 +2 +1 +1 +1/);
    expect(zoom).toMatch(/^zoom/);
    expect(message).toBe('zoom: Oh.');
  });
});

describe('the tree of mailboxes', () => {
  it('shows the newest subjects first and says how many more there are', () => {
    const messages = [1, 2, 3, 4].map((day) => ({
      subject: `Day ${day}`,
      receivedAt: new Date(Date.UTC(2026, 10, day, 9, 30)),
    }));
    const tree = mailboxTree([
      { address: 'ada@example.com', folders: [{ name: 'Webex Teams', messages }] },
      { address: 'empty@example.com', folders: [] },
    ]);
    expect(tree).toBe(
      [
        'ada@example.com',
        '└─ Webex Teams (4)',
        '   2026-11-04 09:30  Day 4',
        '   2026-11-03 09:30  Day 3',
        '   2026-11-02 09:30  Day 2',
        '   … and 1 more',
      ].join('\n'),
    );
  });
});
