import type { ZoomClient } from './client.ts';
import { type Listed, listMeeting, listReject } from './listing.ts';
import type { Meeting } from './meeting.ts';
import type { Origin } from './records.ts';
import { historyMeetingSchema } from './schema.ts';
import type { ReadStretch, Stretch } from './slices.ts';

/**
 * Meetings and webinars that ended in a stretch of time; undefined if there are too many.
 *
 * https://developers.zoom.us/docs/api/meetings/#tag/reports/get/report/history_meetings
 */
export async function historyOf(
  client: ZoomClient,
  origin: Origin,
  { from, to }: Stretch,
  dates: Record<string, string>,
  { most, until }: { most: number; until: Date | undefined },
): Promise<ReadStretch | undefined> {
  const query = { ...dates, date_type: 'end_time', meeting_type: 'all' };
  const list = { path: '/report/history_meetings', items: 'history_meetings', query };
  const found = await client.list({ ...list, feature: 'history' }, until, most);
  const entries = found?.items.flatMap((entry): Listed | Listed[] => {
    const parsed = historyMeetingSchema.safeParse(entry);
    if (!parsed.success) return listReject(origin, entry, parsed.error);
    const end = Date.parse(parsed.data.end_time);
    if (end < from.getTime() || end >= to.getTime()) return [];
    return listMeeting(origin, meetingOf(parsed.data));
  });
  return entries && { entries };
}

function meetingOf(entry: ReturnType<typeof historyMeetingSchema.parse>): Meeting {
  const { feature_used: used, host_display_name: name, host_email: address } = entry;
  return {
    uuid: entry.meeting_uuid,
    number: entry.meeting_id,
    topic: entry.topic?.trim() ?? '',
    ...{ start: entry.start_time, end: entry.end_time },
    isWebinar: /webinar/i.test(entry.type ?? ''),
    ...{ isBreakout: false, parent: undefined },
    host: { name, address },
    ...{ files: undefined, shared: [], isComplete: false },
    features: { chat: used?.in_meeting_chat, recording: used?.record_to_cloud },
    listed: entry,
  };
}
