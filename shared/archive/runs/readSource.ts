import type { OrchestrationContext, Task } from 'durable-functions';
import { attempt, type Step } from './attempt.ts';
import type {
  Failure,
  FetchPhase,
  FetchRequest,
  FetchResult,
  RunProgressState,
  RunRef,
} from './runMessages.ts';

/** History is kept short: a run starts a new one after so many pages, or so many waits for the vendor. */
const pagesPerHistory = 40;
const waitsPerHistory = 40;

/** How reading ended, or why it has to go on in a new history. */
export type SourceOutcome =
  | { kind: 'continue'; progress: RunProgressState }
  | {
      kind: 'done';
      pages: number;
      failure?: Failure;
    };

/** Converts a page while the next one is fetched; leaves no task open behind it. */
export function* readSource(
  context: OrchestrationContext,
  { connector, runId }: RunRef,
  start: FetchPhase,
): Generator<Task, SourceOutcome, unknown> {
  const { window, readFrom, fetcher } = start;
  let { page, cursor } = start;
  let unconverted: Step[] = [];
  let waits = 0;

  for (;;) {
    const request: FetchRequest = {
      ...{ connector, runId, page, window, readFrom },
      ...cursorOf(cursor),
    };
    const [fetched, broken] = yield* attempt(context, [
      { name: fetcher, input: request },
      ...unconverted,
    ]);
    const result = fetched as FetchResult | undefined;
    if (result?.kind === 'failed') {
      const { misconfigured, message } = result;
      return { kind: 'done', pages: page, failure: { misconfigured, message } };
    }
    if (broken || !result) return { kind: 'done', pages: page, ...failureOf(broken) };
    unconverted = [];
    if (result.kind === 'wait') {
      yield context.df.createTimer(new Date(result.until));
      if (++waits < waitsPerHistory) continue;
      return { kind: 'continue', progress: { ...start, page, ...cursorOf(cursor) } };
    }
    unconverted = [{ name: 'convertPage', input: { connector, runId, page } }];
    page++;
    cursor = result.next;
    if (cursor !== undefined && page - start.page < pagesPerHistory) continue;
    const [, left] = yield* attempt(context, unconverted);
    if (left) return { kind: 'done', pages: page, failure: left };
    if (cursor === undefined) return { kind: 'done', pages: page };
    return { kind: 'continue', progress: { ...start, page, cursor } };
  }
}

const cursorOf = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor });

const failureOf = (failure: Failure | undefined) => (failure ? { failure } : {});
