import { type Answer, json } from '../simulation/answers.ts';
import { type Route as AnyRoute, type Call, reading } from '../simulation/visit.ts';
import { noMeeting, refusal } from './answers.ts';
import { archivedJson } from './archivedJson.ts';
import type { Handler, Simulation } from './calls.ts';
import { getFile } from './downloads.ts';
import type { RouteName } from './faults.ts';
import { listArchive, listHistory, listUserRecordings } from './meetingLists.ts';
import type { SimMeeting, SimStay } from './model.ts';
import { recordedJson } from './recordedJson.ts';
import { participantJson, reportParticipantJson, timeOf, userJson } from './resources.ts';

export type Route = AnyRoute<RouteName, Simulation>;

const paging = ['page_size', 'next_page_token'];

const listUsers: Handler = (call, { world, page }) => {
  const status = call.query.get('status') ?? 'active';
  const users = [...world.users.values()].filter((user) => user.status === status);
  return page({ ...call, field: 'users', items: users.map(userJson) });
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
