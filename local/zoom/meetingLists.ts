import type { Answer } from '../simulation/answers.ts';
import type { Call } from '../simulation/visit.ts';
import { refusal } from './answers.ts';
import { archivedJson } from './archivedJson.ts';
import type { Handler, Simulation } from './calls.ts';
import type { SimMeeting } from './model.ts';
import { recordedJson } from './recordedJson.ts';
import { historyJson, timeOf } from './resources.ts';

const dayMs = 24 * 60 * 60_000;

/** https://developers.zoom.us/docs/api/meetings/#tag/archiving/get/archive_files */
export const listArchive: Handler = (call, simulation) => {
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

export const listHistory: Handler = (call, simulation) => {
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

export const listUserRecordings: Handler = (call, simulation) => {
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
