import { z } from 'zod';
import type { NewGap, OpenGap } from '../connector.ts';
import { Refusal } from './faults.ts';
import { type StreamInfo, streamInfoSchema } from './records.ts';

/** What is needed to try again. */
export const retrySchema = z.discriminatedUnion('kind', [
  z.object({
    ...{ kind: z.literal('stream'), info: streamInfoSchema },
    /** Milliseconds: from here on nothing of it was read. */
    since: z.number(),
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
  stream: (id: string) => `stream:${id}`,
  item: (key: string) => `item:${key}`,
  text: (key: string) => `text:${key}`,
  file: (key: string, index: number) => `file:${key}:${index}`,
};

export const adviceFor = (error: unknown): string =>
  error instanceof Refusal && error.status === 403
    ? ' Check that the service account is a Content Export Service, and that nothing in Symphony bars it from this stream.'
    : '';

/** A stream that could not be read. One that waits already goes on waiting from where it was. */
export function streamGap(
  info: StreamInfo,
  since: number,
  error: Error,
  open: OpenGap[],
): NewGap {
  const object = gapObjects.stream(info.id);
  const before = retrySchema.safeParse(open.find((gap) => gap.object === object)?.retry);
  const first = before.data?.kind === 'stream' ? before.data.since : since;
  const retry = { kind: 'stream', info, since: Math.min(first, since) };
  return {
    ...{ object, itemId: info.id, retry },
    reason: `${error.message}${adviceFor(error)}`,
  };
}

/** A place in the list of gaps that stays where it is when others are resolved. */
export const gapPlace = ({ firstSeenAt, object }: OpenGap): string =>
  `${firstSeenAt.toISOString()} ${object}`;
