import { z } from 'zod';
import { personSchema } from '../../archive/state/item.ts';
import { attendeeSchema } from './roster.ts';

/** A file of a meeting as Zoom lists it. */
export interface MeetingFile {
  id: string;
  /** As in MP4, in capitals; empty where Zoom doesn't say. */
  type: string;
  /** As in MP4, in capitals. */
  extension: string;
  recordingType: string;
  /** As the source names it, where it does. */
  name: string | undefined;
  bytes: number | undefined;
  url: string | undefined;
  status: 'ready' | 'processing' | 'failed';
  /** One participant's own: nobody else had it. */
  isOwn: boolean;
  owner: { address?: string | undefined; name?: string | undefined };
  ownerStay: { from?: string; to?: string };
  /** SHA-256, in hex. */
  fingerprint: string | undefined;
  /** Zoom's own JSON. */
  listed: unknown;
}

/** A file that somebody shared in the chat. */
export interface SharedFile {
  id: string;
  name: string;
  bytes: number | undefined;
  url: string | undefined;
  /** Zoom's own JSON. */
  listed: unknown;
}

/** One meeting instance as a list has it. */
export interface Meeting {
  uuid: string;
  number: string | undefined;
  topic: string;
  /** ISO 8601, UTC, milliseconds. */
  start: string;
  end: string | undefined;
  isWebinar: boolean;
  isBreakout: boolean;
  parent: string | undefined;
  host: {
    id?: string | undefined;
    name?: string | undefined;
    address?: string | undefined;
  };
  /** Undefined where the list says nothing of files. */
  files: MeetingFile[] | undefined;
  shared: SharedFile[];
  /** Zoom has said that nothing is under way any more. */
  isComplete: boolean;
  /** What was switched on, where Zoom says so. */
  features: { chat?: boolean | undefined; recording?: boolean | undefined };
  /** What Zoom had and does not give any more: a sentence. */
  loss?: string;
  /** Why its recordings, and the chat among them, could not be read: a sentence. */
  unread?: string;
  /** Zoom's own JSON, without what opens doors. */
  listed: unknown;
}

/** What the records of a page share of a meeting. */
export const meetingContextSchema = z.object({
  uuid: z.string(),
  number: z.string().optional(),
  topic: z.string(),
  start: z.string(),
  end: z.string().optional(),
  isWebinar: z.boolean(),
  isBreakout: z.boolean(),
  parent: z.string().optional(),
  host: personSchema,
  /** Undefined where Zoom told nobody. */
  attendees: z.array(attendeeSchema).optional(),
});
export type MeetingContext = z.infer<typeof meetingContextSchema>;

const hourMs = 60 * 60 * 1000;
/**
 * Processing takes up to 24 hours (https://support.zoom.com/hc/en/article?id=zm_kb&sysparm_article=KB0062627):
 * after that a meeting is archived with what there is.
 */
const settleMs = 24 * hourMs;

/** True once the email of a meeting is what it will be whenever it is made. */
export const isSettled = (meeting: Meeting, now: Date): boolean =>
  meeting.isComplete || isOver(meeting, now);

/** True once it was waited for long enough. */
export const isOver = ({ start, end }: Meeting, now: Date): boolean =>
  now.getTime() >= Date.parse(end ?? start) + settleMs;
