import type { Clock } from '../../clock.ts';
import type { PageRequest } from '../connector.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { isPlausible } from '../item/plausible.ts';
import type { ZoomClient } from './client.ts';
import { extensionOf } from './fileKinds.ts';
import type { Lane } from './lane.ts';
import { listMeeting, listReject } from './listing.ts';
import type { Meeting, MeetingFile, SharedFile } from './meeting.ts';
import type { Origin } from './records.ts';
import {
  archivedMeetingSchema,
  archiveFileSchema,
  physicalFileSchema,
} from './schema.ts';
import { type ReadStretch, readSlice, type Stretch } from './slices.ts';
import { uuidInPath } from './uuid.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A query spans seven days at most, and is asked for in whole seconds. */
const longestMs = 7 * dayMs - 2000;

/**
 * Meetings as the Archiving API has them, by when they were complete, so that a late one is found.
 *
 * https://developers.zoom.us/docs/api/meetings/#tag/archiving/get/archive_files
 */
export function createArchiveLane(
  client: ZoomClient,
  origin: Origin,
  clock: Clock,
): Lane {
  async function read(
    { from, to }: Stretch,
    most: number,
    until: Date,
  ): Promise<ReadStretch | undefined> {
    const query = {
      query_date_type: 'archive_complete_time',
      from: inSeconds(from.getTime()),
      to: inSeconds(to.getTime() + 999),
    };
    const list = { path: '/archive_files', items: 'meetings', query };
    const found = await client.list({ ...list, feature: 'archive' }, until, most);
    if (!found) return undefined;
    const entries = found.items
      .filter((entry) => isWithin(entry, from, to))
      .map((entry) => {
        const parsed = archivedMeetingSchema.safeParse(entry);
        if (!parsed.success) return listReject(origin, entry, parsed.error);
        return listMeeting(origin, meetingOf(parsed.data));
      });
    return { entries, reported: found.total };
  }

  async function again(
    { uuid }: Meeting,
    { limits: { until } }: PageRequest,
  ): Promise<Meeting | undefined> {
    const path = `/past_meetings/${uuidInPath(uuid)}/archive_files`;
    try {
      const body = await client.get(path, {}, 'archivedMeeting', until);
      const parsed = archivedMeetingSchema.safeParse(body);
      return parsed.data && meetingOf(parsed.data);
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return undefined;
      throw error;
    }
  }

  return {
    begin: ({ readFrom }) => ({
      kind: 'time',
      at: readFrom.toISOString(),
      ms: 7 * dayMs,
    }),
    read: ({ window, limits }, place) => {
      const now = clock.now();
      const end = window.to < now ? window.to : now;
      const bounds = { shortestMs: minuteMs, longestMs };
      return readSlice(place, end, bounds, (stretch, most) =>
        read(stretch, most, limits.until),
      );
    },
    complete: async (meeting) => meeting,
    again,
  };
}

const inSeconds = (ms: number): string =>
  new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** One that says nothing of when it was complete counts as of the window. */
function isWithin(entry: unknown, from: Date, to: Date): boolean {
  const time = Date.parse(
    archivedMeetingSchema.safeParse(entry).data?.complete_time ?? '',
  );
  return Number.isNaN(time) || (time >= from.getTime() && time < to.getTime());
}

type Archived = ReturnType<typeof archivedMeetingSchema.parse>;

function meetingOf(entry: Archived): Meeting {
  const { uuid, start_time: start, duration, duration_in_second: seconds } = entry;
  const ms = seconds ? seconds * 1000 : (duration ?? 0) * minuteMs;
  const files = entry.archive_files.flatMap((file) => fileOf(file) ?? []);
  const shared = entry.physical_files.flatMap((file) => sharedOf(file) ?? []);
  const listed = entry.archive_files.length + entry.physical_files.length;
  const unread = listed - files.length - shared.length;
  return {
    ...{ uuid, number: entry.id, topic: entry.topic?.trim() ?? '', start },
    end: endOf(start, ms),
    isWebinar: isWebinar(entry.type),
    isBreakout: entry.is_breakout_room === true || entry.type === '100',
    parent: entry.parent_meeting_id || undefined,
    host: { id: entry.host_id },
    ...{ files, shared },
    ...unreadFiles(unread),
    isComplete: entry.status
      ? entry.status !== 'processing'
      : Boolean(entry.complete_time),
    features: {},
    listed: entry,
  };
}

/** Undefined where Zoom tells a length that no meeting has. */
export function endOf(start: string, ms: number): string | undefined {
  const end = Date.parse(start) + ms;
  return isPlausible(end) ? new Date(end).toISOString() : undefined;
}

/** What the log says of files that could not be read in their list. */
export function unreadFiles(count: number): Pick<Meeting, 'loss'> {
  if (count === 0) return {};
  const loss = `Zoom listed ${count} of its files in a form that could not be read. Look them up in Zoom, and report their form.`;
  return { loss };
}

/** https://developers.zoom.us/docs/api/meetings/: types of webinars. */
export const isWebinar = (type: string | undefined): boolean =>
  ['5', '6', '9'].includes(type ?? '');

function fileOf(value: unknown): MeetingFile | undefined {
  const file = archiveFileSchema.safeParse(value).data;
  if (!file) return undefined;
  const { participant_join_time: from, participant_leave_time: to } = file;
  const fingerprint = file.encryption_fingerprint?.trim().toLowerCase();
  const type = file.file_type?.toUpperCase() ?? '';
  return {
    id: file.id,
    type,
    extension: extensionOf(type, file.file_extension),
    recordingType: file.recording_type ?? '',
    name: file.file_name,
    bytes: file.file_size || undefined,
    url: file.download_url,
    status: statusOf(file.status),
    isOwn: file.individual === true,
    owner: { address: file.participant_email },
    ownerStay: { ...(from && { from }), ...(to && { to }) },
    listed: file,
    fingerprint: /^[0-9a-f]{64}$/.test(fingerprint ?? '') ? fingerprint : undefined,
  };
}

/** A status that nobody knows is tried. */
export function statusOf(status: string | undefined): MeetingFile['status'] {
  return status === 'processing' || status === 'failed' ? status : 'ready';
}

function sharedOf(value: unknown): SharedFile | undefined {
  const file = physicalFileSchema.safeParse(value).data;
  return (
    file && {
      ...{ id: file.file_id, name: file.file_name || 'file', url: file.download_url },
      bytes: file.file_size || undefined,
      listed: file,
    }
  );
}
