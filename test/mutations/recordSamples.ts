import type { ConnectorType } from '../../shared/connectors/connector.ts';
import {
  createFakeClock,
  createFakeDrop,
  createFakeFiles,
  createFakeLog,
  createFakeState,
  type FakeClock,
} from '../shared/connectors/fakes.ts';
import { createPipeline, now } from '../shared/connectors/pipeline.ts';
import type { Samples } from './subject.ts';
import { createTape } from './tape.ts';

interface Simulated {
  settings: Record<string, string>;
  close(): Promise<void>;
}

/** Lets the connector read a simulated source once, and keeps what it was answered. */
export async function recordSamples(
  type: ConnectorType,
  start: (clock: FakeClock) => Promise<Simulated>,
): Promise<Samples> {
  const clock = createFakeClock(now);
  const { settings, close } = await start(clock);
  const tape = createTape();
  const connector = type.create(type.settings.parse(settings), {
    ...{ name: type.type, clock, fetch: tape.record, log: createFakeLog() },
    ...{
      state: createFakeState(),
      files: createFakeFiles(),
      drop: () => createFakeDrop(),
    },
  });
  try {
    await createPipeline(clock).run(connector, {});
  } finally {
    await close();
  }
  return { settings, inputs: tape.inputs(), open: tape.open };
}
