import { skype } from '../../../../shared/connectors/skype/index.ts';
import {
  createFakeClock,
  createFakeDrop,
  createFakeFiles,
  createFakeLog,
  createFakeState,
} from '../fakes.ts';
import { createPipeline, now, type RunOptions, restartable } from '../pipeline.ts';

export { addressesOf, itemSaying, lastDay, minutesAgo, now } from '../pipeline.ts';

export interface BenchOptions {
  drop?: ReturnType<typeof createFakeDrop>;
  /** Whether the fetching of a page asks for the time often: each time it moves on so much. */
  msPerLook?: number;
}

/** A connector on a drop container, and what the pipeline would keep around it. */
export function openBench(options: BenchOptions = {}) {
  const clock = createFakeClock(now);
  const drop = options.drop ?? createFakeDrop();
  const [state, files, log] = [createFakeState(), createFakeFiles(), createFakeLog()];
  const own = {
    ...clock,
    now: () => {
      clock.advance(options.msPerLook ?? 0);
      return clock.now();
    },
  };
  const deps = { name: 'skype', state, files, drop: () => drop, clock: own, fetch, log };
  const settings = skype.settings.parse({});
  const { connector, restart } = restartable(() => skype.create(settings, deps));
  const pipeline = createPipeline(clock);
  return {
    ...{ clock, drop, state, files, log, pipeline, restart },
    run: (run: RunOptions = {}) => pipeline.run(connector, run),
  };
}
