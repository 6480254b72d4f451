import { z } from 'zod';
import type { NewGap } from '../connector.ts';
import type { Meeting } from './meeting.ts';

const optional = z.string().optional();

/** As much of a meeting as it takes to ask for the rest of it again. */
const baseSchema = z.object({
  ...{ uuid: z.string(), number: optional, topic: z.string(), start: z.string() },
  ...{ end: optional, isWebinar: z.boolean(), isBreakout: z.boolean(), parent: optional },
  host: z.object({ id: optional, name: optional, address: optional }),
  features: z.object({
    chat: z.boolean().optional(),
    recording: z.boolean().optional(),
  }),
});

/** What a gap keeps, to try again. */
export const retrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('meeting'), meeting: baseSchema }),
  z.object({
    ...{ kind: z.literal('part'), meeting: baseSchema },
    /** The key that it is going to have. */
    key: z.string(),
    /** It is an email of its own that waits. */
    isAwaited: z.boolean(),
  }),
]);
export type Retry = z.infer<typeof retrySchema>;

/** The gap of a meeting that is not archived yet. */
export const gapOfMeeting = (key: string, meeting: Meeting, reason: string): NewGap => ({
  ...{ object: `meeting:${key}`, itemId: meeting.uuid, reason },
  retry: { kind: 'meeting', meeting: baseOf(meeting) },
});

/** The gap of one thing in a meeting. */
export const gapOfPart = (
  key: string,
  meeting: Meeting,
  reason: string,
  isAwaited = false,
): NewGap => ({
  ...{ object: `part:${key}`, itemId: meeting.uuid, reason },
  retry: { kind: 'part', meeting: baseOf(meeting), key, isAwaited },
});

const baseOf = (meeting: Meeting): z.infer<typeof baseSchema> =>
  baseSchema.parse({ ...meeting, topic: meeting.topic.slice(0, 1000) });

/** A meeting of which nothing but its gap is at hand. */
export const meetingOf = (base: z.infer<typeof baseSchema>): Meeting => ({
  ...{ ...base, number: base.number, end: base.end, parent: base.parent },
  ...{ files: undefined, shared: [], isComplete: false, listed: null },
});
