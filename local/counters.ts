import type { RunRow } from '../shared/status/runLog.ts';

const columns = {
  connector: (run: RunRow) => run.partitionKey,
  state: (run: RunRow) => run.state,
  available: (run: RunRow) => run.availableFromSource,
  reread: (run: RunRow) => run.reread,
  'for import': (run: RunRow) => run.availableForImport,
  imported: (run: RunRow) => run.imported,
  partial: (run: RunRow) => run.partial,
  skipped: (run: RunRow) => run.skipped,
  failed: (run: RunRow) => run.failed,
  unmapped: (run: RunRow) => run.unmapped,
  excluded: (run: RunRow) => run.excluded,
  gaps: (run: RunRow) => run.openGaps,
};

/** The counters of runs as a table, and beneath it what each run has to say. */
export function countersTable(runs: RunRow[]): string {
  const table = [
    Object.keys(columns),
    ...runs.map((run) => Object.values(columns).map((value) => String(value(run)))),
  ];
  const widths = Object.keys(columns).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column < 2
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const messages = runs
    .filter((run) => run.message)
    .map((run) => `${run.partitionKey}: ${run.message}`);
  return [...lines, ...messages].join('\n');
}

/** Available for import = imported + partial + skipped + failed, and nothing is outstanding. */
export const addsUp = (run: RunRow): boolean =>
  run.settled &&
  run.availableForImport === run.imported + run.partial + run.skipped + run.failed &&
  run.reread <= run.availableFromSource;
