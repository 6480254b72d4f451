import pLimit from 'p-limit';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { retryAfterMs } from '../retryAfter.ts';
import { faultOf, type RemoteFault } from './faults.ts';
import type { Graph } from './graphClient.ts';

/** A GET among others. The URL is below the version, encoded. */
export interface BatchPart {
  id: string;
  url: string;
  headers?: Record<string, string>;
}

/** What one part of a batch was answered. */
export type PartAnswer = { ok: true; body: unknown } | { ok: false; fault: RemoteFault };

/** Graph's own limit: https://learn.microsoft.com/graph/json-batching */
const partsPerBatch = 20;
const batchesAtATime = 4;
/** How often parts that were throttled or failed are asked again, and after what time. */
const pausesMs = [1_000, 3_000, 8_000];
const longestPauseMs = 30_000;

const answerSchema = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.unknown()).optional(),
      body: z.unknown(),
    }),
  ),
});

const errorSchema = z.object({ error: z.object({ code: z.string() }) });

/**
 * Asks many things at once. Parts that were throttled are asked again; the answer to a batch
 * says nothing of its parts. Throws a `RemoteFault` if some remain that can't be answered now.
 */
export async function askInBatches(
  graph: Graph,
  clock: Clock,
  parts: BatchPart[],
): Promise<Map<string, PartAnswer>> {
  const answers = new Map<string, PartAnswer>();
  let open = parts;
  for (let attempt = 0; open.length > 0; attempt++) {
    const faults = await askOnce({ graph, clock, attempt }, open, answers);
    open = open.filter(({ id }) => faults.has(id));
    const [first] = faults.values();
    if (!first) break;
    const asked = [...faults.values()].map(({ retryAfter }) => retryAfter ?? 0);
    const pause = Math.max(pausesMs[attempt] ?? 0, ...asked);
    if (attempt >= pausesMs.length || pause > longestPauseMs) throw first;
    await clock.sleep(pause);
  }
  return answers;
}

/** Fills in the answers, and returns what is to be asked again. */
async function askOnce(
  { graph, clock, attempt }: { graph: Graph; clock: Clock; attempt: number },
  parts: BatchPart[],
  answers: Map<string, PartAnswer>,
): Promise<Map<string, RemoteFault>> {
  const again = new Map<string, RemoteFault>();
  const limit = pLimit(batchesAtATime);
  const batches = Array.from(
    { length: Math.ceil(parts.length / partsPerBatch) },
    (_, i) => parts.slice(i * partsPerBatch, (i + 1) * partsPerBatch),
  );
  const ask = async (batch: BatchPart[]) => {
    const requests = batch.map((part) => ({ ...part, method: 'GET' }));
    const { responses } = await graph.request({
      ...{ method: 'POST', path: '/$batch', answer: answerSchema, repeatable: true },
      body: JSON.stringify({ requests }),
    });
    const given = new Map(responses.map((response) => [response.id, response]));
    for (const { id } of batch) {
      const answer = answerOf(given.get(id), clock.now());
      if (!answer.ok && isWorthAsking(answer.fault, attempt)) again.set(id, answer.fault);
      else answers.set(id, answer);
    }
  };
  await Promise.all(batches.map((batch) => limit(ask, batch)));
  return again;
}

/** A token may end between the batch and its parts: that is asked once more. */
const isWorthAsking = ({ reaction, status }: RemoteFault, attempt: number): boolean =>
  reaction === 'again' || reaction === 'later' || (status === 401 && attempt === 0);

type Response = z.infer<typeof answerSchema>['responses'][number];

function answerOf(response: Response | undefined, now: Date): PartAnswer {
  const status = response?.status ?? 504;
  if (response && status >= 200 && status < 300) return { ok: true, body: response.body };
  const said = errorSchema.safeParse(response?.body);
  const code = said.success ? said.data.error.code : '';
  const retryAfter = retryAfterMs(header(response, 'retry-after'), now);
  return { ok: false, fault: faultOf({ status, code, retryAfter, repeatable: true }) };
}

function header(response: Response | undefined, name: string): string | null {
  const found = Object.entries(response?.headers ?? {}).find(
    ([key]) => key.toLowerCase() === name,
  );
  return found ? String(found[1]) : null;
}
