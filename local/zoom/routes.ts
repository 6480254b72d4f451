import { type Answer, json } from '../simulation/answers.ts';
import { type Route as AnyRoute, type Call, reading } from '../simulation/visit.ts';
import { noMeeting, refusal } from './answers.ts';
import type { Handler, Simulation } from './calls.ts';
import { getFile } from './downloads.ts';
import type { RouteName } from './faults.ts';
import type { SimMeeting, SimStay } from './model.ts';
import {
  archivedJson,
  historyJson,
  participantJson,
  recordedJson,
  reportParticipantJson,
  timeOf,
  userJson,
} from './resources.ts';

export type Route = AnyRoute<RouteName, Simulation>;

const dayMs = 24 * 60 * 60_000;
const paging = ['page_size', 'next_page_token'];

const listUsers: Handler = (call, { world, page }) => {
  const status = call.query.get('status') ?? 'active';
  const users = [...world.users.values()].filter((user) => user.status === status);
  return page({ ...call, field: 'users', items: users.map(userJson) });
};

/** https://developers.zoom.us/docs/api/meetings/#tag/archiving/get/archive_files */
const listArchive: Handler = (call, simulation) => {
  const { world, page, violation, quirks } = simulation;
  const now = new Date(simulation.now().getTime() - (quirks.clockBehindMs ?? 0));
  const [from, asked] = ['from', 'to'].map((name) => instantOf(call.query.get(name)));
  if (!from || !asked || asked.getTime() - from.getTime() > 7 * dayMs) {
    violation(`${call.where}: from and to are not at most seven days of whole seconds`);
    return refusal(400, 300, 'Invalid field: from, to.');
  }
  const byCompletion = call.query.get('query_date_type') === 'archive_complete_time';
  // A `to` in the future is set to now, and said so.
  const to = asked > now ? now : asked;
  const meetings = world.meetings.filter((meeting) => {
    if (!meeting.isArchived || meeting.end > now) return false;
    const { archivedAt, start } = meeting;
    const isDone = archivedAt !== undefined && archivedAt <= now;
    if (byCompletion && !isDone) return quirks.listsProcessing ?? false;
    const time = byCompletion && archivedAt ? archivedAt : start;
    return time >= from && time <= to;
  });
  return page({
    ...{ ...call, field: 'meetings' },
    items: meetings.map((meeting) => archivedJson(meeting, simulation)),
    ...{ extra: { from: timeOf(from) }, to: timeOf(to) },
  });
};

function instantOf(text: string | null): Date | undefined {
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text ?? '');
  return isInstant && text ? new Date(text) : undefined;
}

interface Days {
  from: Date;
  /** The end of the last day. */
  to: Date;
}

/** Dates, both included; a month at most, and never to be left to what Zoom thinks of. */
function daysOf({ query, where }: Call, { violation }: Simulation): Days | Answer {
  const [from, to] = ['from', 'to'].map((name) => query.get(name) ?? '');
  const isDate = (text = '') => /^\d{4}-\d\d-\d\d$/.test(text);
  if (!isDate(from) || !isDate(to) || !from || !to) {
    violation(`${where}: from and to are not both dates`);
    return refusal(400, 300, 'Invalid field: from, to.');
  }
  const days = { from: new Date(from), to: new Date(Date.parse(to) + dayMs) };
  if (days.to.getTime() - days.from.getTime() <= 29 * dayMs) return days;
  violation(`${where}: more than a month`);
  return refusal(400, 300, 'The range must be within a month.');
}

const isShown = (meeting: SimMeeting, now: Date): boolean =>
  meeting.end <= now && (!meeting.listedFrom || meeting.listedFrom <= now);

const listHistory: Handler = (call, simulation) => {
  const days = daysOf(call, simulation);
  if ('status' in days) return days;
  const { world, now, page } = simulation;
  const byEnd = call.query.get('date_type') === 'end_time';
  const meetings = world.meetings.filter((meeting) => {
    const time = byEnd ? meeting.end : meeting.start;
    return (
      isShown(meeting, now()) &&
      !meeting.isBreakout &&
      time >= days.from &&
      time < days.to
    );
  });
  const items = meetings.map((meeting) => historyJson(meeting, simulation));
  return page({ ...call, field: 'history_meetings', items });
};

const listUserRecordings: Handler = (call, simulation) => {
  const days = daysOf(call, simulation);
  if ('status' in days) return days;
  const { world, now, page } = simulation;
  if (!world.users.has(call.id))
    return refusal(404, 1001, `User does not exist: ${call.id}.`);
  const meetings = world.meetings.filter(
    ({ host, isRecorded, start, end, files }) =>
      host?.id === call.id &&
      isRecorded &&
      end <= now() &&
      files.some(({ listedFrom }) => !listedFrom || listedFrom <= now()) &&
      start >= days.from &&
      start < days.to,
  );
  const items = meetings.map((meeting) => recordedJson(meeting, simulation));
  const extra = { from: call.query.get('from'), to: call.query.get('to') };
  return page({ ...call, field: 'meetings', items, extra });
};

type Found = (meeting: SimMeeting, call: Call, simulation: Simulation) => Answer;

/** A meeting by its uuid, which must have been escaped as often as Zoom unescapes it. */
const ofMeeting =
  (answer: Found): Handler =>
  (call, simulation) => {
    const { world, now } = simulation;
    const meeting = world.meetings.find(({ uuid }) => uuid === call.id);
    if (!meeting || meeting.end > now()) return noMeeting(call.id);
    return answer(meeting, call, simulation);
  };

const getArchive = ofMeeting((meeting, call, simulation) =>
  meeting.isArchived ? json(200, archivedJson(meeting, simulation)) : noMeeting(call.id),
);

const getRecordings = ofMeeting((meeting, _call, simulation) => {
  const recorded = recordedJson(meeting, simulation);
  if (meeting.isRecorded && recorded.recording_files.length > 0)
    return json(200, recorded);
  return refusal(404, 3301, 'There is no recording for this meeting.');
});

const getPastMeeting = ofMeeting(
  ({ uuid, number, topic, type, start, end, host, stays }) =>
    json(200, {
      ...{ uuid, id: number, topic, type, host_id: host?.id ?? '' },
      ...{ user_name: host?.name ?? '', user_email: host?.address ?? '' },
      ...{
        start_time: timeOf(start),
        end_time: timeOf(end),
        participants_count: stays.length,
      },
    }),
);

const listStays = (row: (stay: SimStay) => unknown, isReport: boolean) =>
  ofMeeting((meeting, call, { page, quirks }) => {
    const isUntold = meeting.hasNoRoster || meeting.stays.length === 0 || !meeting.host;
    // The report has only meetings of two and more.
    if (isUntold || (isReport && meeting.stays.length < 2)) return noMeeting(call.id);
    const items = !isReport && quirks.onlyReports ? [] : meeting.stays.map(row);
    return page({ ...call, field: 'participants', items });
  });

const past = '/past_(?:meetings|webinars)/([^/]+)';
const dates = ['from', 'to'];

export const routes: Route[] = [
  reading('users', '/v2/users', listUsers, ['status', ...paging]),
  reading('archiveFiles', '/v2/archive_files', listArchive, [
    ...[...dates, 'query_date_type', ...paging],
  ]),
  reading('meetingArchive', `/v2${past}/archive_files`, getArchive),
  reading('history', '/v2/report/history_meetings', listHistory, [
    ...[...dates, 'date_type', 'meeting_type', ...paging],
  ]),
  reading('userRecordings', '/v2/users/([^/]+)/recordings', listUserRecordings, [
    ...[...dates, ...paging],
  ]),
  reading('recordings', '/v2/meetings/([^/]+)/recordings', getRecordings),
  reading('pastMeeting', `/v2${past}`, getPastMeeting),
  reading(
    'participants',
    `/v2${past}/participants`,
    listStays(participantJson, false),
    paging,
  ),
  reading(
    'reportParticipants',
    '/v2/report/(?:meetings|webinars)/([^/]+)/participants',
    listStays(reportParticipantJson, true),
    paging,
  ),
  reading('download', '/rec/(?:archive/(?:attached/)?)?download/([^/]+)', getFile),
];
