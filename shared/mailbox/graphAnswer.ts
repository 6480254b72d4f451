import { z } from 'zod';
import { retryAfterMs } from '../retryAfter.ts';
import { faultOf, localFault } from './faults.ts';

/** What decides when a request may be made, and whether it still may. */
export interface Gate {
  /** Runs a request of so many bytes when its turn has come. */
  run<T>(bytes: number, request: () => Promise<T>): Promise<T>;
  /** Throws if a request that may take so many milliseconds must not start now. */
  check(limitMs: number): void;
}

/** The slowest upload that is waited for. */
const bytesPerMs = 250;
const defaultLimitMs = 25_000;

/** How long a request of so many bytes may take, in milliseconds. */
export const timeLimit = (bytes: number, limitMs = defaultLimitMs): number =>
  Math.ceil(limitMs + bytes / bytesPerMs);

const errorSchema = z.object({ error: z.object({ code: z.string() }) });

/** What a granted request answers; throws a `RemoteFault` for any other. */
export async function readAnswer<T>(
  answer: unknown,
  schema: z.ZodType<T>,
  repeatable: boolean,
  now: Date,
): Promise<T> {
  if (!(answer instanceof Response)) throw localFault('UnreadableAnswer', repeatable);
  const body = parseJson(await answer.text());
  if (!answer.ok) {
    const said = errorSchema.safeParse(body);
    throw faultOf({
      status: answer.status,
      code: said.success ? said.data.error.code : '',
      retryAfter: retryAfterMs(answer.headers.get('retry-after'), now),
      repeatable,
    });
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw localFault('UnreadableAnswer', repeatable);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
