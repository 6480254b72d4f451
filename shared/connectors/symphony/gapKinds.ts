import { z } from 'zod';
import type { NewGap, OpenGap } from '../connector.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { type StreamInfo, streamInfoSchema } from './records.ts';

/** What is needed to try again. */
export const retrySchema = z.discriminatedUnion('kind', [
  z.object({
    ...{ kind: z.literal('stream'), info: streamInfoSchema },
    /** Milliseconds, half-open: what was not read of it. */
    since: z.number(),
    before: z.number(),
  }),
  z.object({ kind: z.literal('item'), page: z.string(), key: z.string() }),
  z.object({ kind: z.literal('text'), page: z.string(), key: z.string() }),
  z.object({
    ...{ kind: z.literal('file'), page: z.string(), key: z.string() },
    index: z.number(),
  }),
]);
export type Retry = z.infer<typeof retrySchema>;

/** What identifies a gap within the connector. */
export const gapObjects = {
  stream: (id: string, since: number) => `stream:${id}:${since}`,
  item: (key: string) => `item:${key}`,
  text: (key: string) => `text:${key}`,
  file: (key: string, index: number) => `file:${key}:${index}`,
};

/** What an administrator can do about it, where there is something; begins with a space. */
export const adviceFor = (error: unknown): string =>
  error instanceof Refusal && error.status === 403
    ? ' Check that the service account is a Content Export Service, and that nothing in Symphony bars it from this stream.'
    : '';

/** Milliseconds, half-open. */
export interface Span {
  since: number;
  before: number;
}

/**
 * A stream that could not be read. Where one waits already, and this span touches what it waits
 * for, it goes on waiting, for both.
 */
export function streamGap(
  info: StreamInfo,
  span: Span,
  error: Error,
  open: OpenGap[],
): NewGap {
  const known = open.find((gap) => {
    const retry = streamRetryOf(gap);
    return !gap.expired && retry?.info.id === info.id && touches(retry, span);
  });
  const before = known && streamRetryOf(known);
  const both = {
    since: Math.min(before?.since ?? span.since, span.since),
    before: Math.max(before?.before ?? span.before, span.before),
  };
  return {
    object: known?.object ?? gapObjects.stream(info.id, span.since),
    itemId: info.id,
    retry: { kind: 'stream', info, ...both },
    reason: `${error.message}${adviceFor(error)}`,
  };
}

/** What to read again, where the gap is a stream. */
export function streamRetryOf({ retry }: OpenGap) {
  const { data } = retrySchema.safeParse(retry);
  return data?.kind === 'stream' ? data : undefined;
}

const touches = (a: Span, b: Span): boolean => a.since <= b.before && b.since <= a.before;
