import { createLogUpdate } from 'log-update';
import type { RunTotals } from '../shared/status/runProgress.ts';

/** How far one connector's run is. */
export interface ProgressLine {
  connector: string;
  totals: RunTotals;
}

/** Shows how far the runs are: in place on a terminal, as plain lines elsewhere. */
export interface ProgressDisplay {
  show(lines: ProgressLine[]): void;
  /** Leaves the last state on the screen. */
  done(): void;
}

export function createProgressDisplay(out: NodeJS.WriteStream): ProgressDisplay {
  return out.isTTY ? inPlace(out) : plainLines(out);
}

function inPlace(out: NodeJS.WriteStream): ProgressDisplay {
  const update = createLogUpdate(out);
  return {
    show: (lines) => update(lines.map(describe).join('\n')),
    done: () => update.done(),
  };
}

function plainLines(out: NodeJS.WriteStream): ProgressDisplay {
  const last = new Map<string, string>();
  return {
    show(lines) {
      for (const line of lines) {
        const text = describe(line);
        if (last.get(line.connector) === text) continue;
        last.set(line.connector, text);
        out.write(`${text}\n`);
      }
    },
    done() {},
  };
}

function describe({ connector, totals }: ProgressLine): string {
  const fetched = totals.availableFromSource;
  const done = totals.imported + totals.partial + totals.skipped + totals.failed;
  const copies = totals.copiesDue > 0 ? ` of ${totals.copiesDue}` : '';
  return `${connector}: ${fetched} fetched, ${totals.converted} converted, ${done}${copies} copies done`;
}
