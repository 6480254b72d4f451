import { setTimeout as delay } from 'node:timers/promises';
import type { ArchiveItem } from '../../shared/archive/state/item.ts';
import { VendorFault } from '../../shared/connectors/http/vendorFaults.ts';
import { messageOf } from '../../shared/errors.ts';
import {
  createFakeClock,
  createFakeFiles,
  createFakeLog,
  createFakeState,
} from '../shared/connectors/fakes.ts';
import { createPipeline, now, type RunOutcome } from '../shared/connectors/pipeline.ts';
import type { Post, Posted } from './post.ts';
import type { Input, MutationSubject, Samples } from './subject.ts';

/** A row for administrators: something that could not be archived, with a reason. */
export interface Row {
  key: string;
  itemId: string;
  reason: string;
}

/** How a run over mutated samples ended. */
export interface Ending {
  /** By the item's key. */
  emails: Map<string, Posted>;
  rows: Row[];
  /** `key`: the source object. */
  gaps: Row[];
  /** Why the source could not be read: a sentence. */
  fault: string | undefined;
  /** What no connector may throw, or that the run did not end. */
  crash: unknown;
  given: Input[];
  log: string[];
}

const mostMs = 60_000;

/**
 * One run of the connector over the samples, as the archive would have it: pages, conversion,
 * emails, mailboxes. Where the source itself fails, `mend` tries once more without mutations.
 */
export async function play(
  subject: MutationSubject,
  samples: Samples,
  post: Post,
  mutated?: Input[],
): Promise<{ ending: Ending; mend: () => Promise<Ending> }> {
  const [clock, files, log] = [createFakeClock(now), createFakeFiles(), createFakeLog()];
  let source = samples.open(mutated);
  const connector = subject.type.create(subject.type.settings.parse(samples.settings), {
    ...{ name: subject.name, state: createFakeState(), files, clock, log },
    drop: () => source.drop,
    fetch: (...request) => source.fetch(...request),
  });
  const pipeline = createPipeline(clock);
  const contentOf = (path: string) => files.contents.get(path) ?? Buffer.of();

  async function run(): Promise<Ending> {
    const ending: Ending = {
      ...{ emails: new Map(), rows: [], gaps: [], fault: undefined, crash: undefined },
      ...{ given: source.given(), log: log.lines },
    };
    const reject = ({ key, itemId }: { key: string; itemId: string }, error: unknown) =>
      ending.rows.push({
        key,
        itemId,
        reason: `It could not be made into an email: ${messageOf(error)}.`,
      });
    const onItems = async (items: ArchiveItem[]) => {
      for (const item of items) {
        await post(item, contentOf).then(
          (posted) => ending.emails.set(item.key, posted),
          (error) => reject(item, error),
        );
      }
    };
    try {
      const running = pipeline.run(connector, { onItems, onUnconverted: reject });
      const outcome = await inTime(running);
      ending.fault = outcome.failed?.message;
    } catch (error) {
      if (error instanceof VendorFault) ending.fault = error.message;
      else ending.crash = error;
    }
    ending.rows.push(...[...pipeline.kept.values()].flatMap(({ page }) => page.rejects));
    ending.gaps = [...pipeline.gaps.values()].map(({ object, itemId, reason }) => ({
      ...{ key: object, itemId, reason },
    }));
    return ending;
  }

  const ending = await run();
  const mend = () => {
    source = samples.open();
    return run();
  };
  return { ending, mend };
}

async function inTime(run: Promise<RunOutcome>): Promise<RunOutcome> {
  const end = new AbortController();
  const late = delay(mostMs, undefined, { signal: end.signal }).then(() => {
    throw new Error('The run does not end.');
  });
  try {
    return await Promise.race([run, late]);
  } finally {
    end.abort();
    late.catch(() => {});
  }
}
