import type { Simulation } from './calls.ts';
import { isUser, type SimMeeting, type SimStay, type SimUser } from './model.ts';

export const timeOf = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');

export function historyJson(meeting: SimMeeting, { quirks }: Simulation) {
  const { uuid, number, host, start, end, topic, stays, messages, isRecorded } = meeting;
  const time = (date: Date) =>
    quirks.blankInTimes ? timeOf(date).replace('T', ' ') : timeOf(date);
  return {
    ...{ meeting_uuid: uuid, meeting_id: number, topic },
    type: [5, 6, 9].includes(meeting.type) ? 'Webinar' : 'Meeting',
    ...{ host_display_name: host?.name ?? '', host_email: host?.address ?? '' },
    ...{ start_time: time(start), end_time: time(end), participants: stays.length },
    duration: Math.round((end.getTime() - start.getTime()) / 60_000),
    ...{ source: 'Zoom', create_time: time(start) },
    feature_used: {
      ...{ in_meeting_chat: messages.length > 0, record_to_cloud: isRecorded },
      ...meeting.features,
    },
    ...meeting.oddities,
  };
}

export function participantJson(stay: SimStay) {
  const { person, from, to, isWaiting, nodeId } = stay;
  const isOurs = isUser(person);
  return {
    // Those who did not sign in have no id.
    id: isOurs ? person.id : '',
    name: person.name,
    user_id: nodeId,
    registrant_id: '',
    user_email: isOurs ? person.address : (person.typed ?? ''),
    join_time: timeOf(from),
    leave_time: timeOf(to),
    duration: (to.getTime() - from.getTime()) / 1000,
    failover: false,
    status: isWaiting ? 'in_waiting_room' : 'in_meeting',
    internal_user: isOurs,
  };
}

/** The report does not say who is internal. */
export function reportParticipantJson(stay: SimStay) {
  const { internal_user: _, ...row } = participantJson(stay);
  return {
    ...row,
    participant_user_id: row.id,
    ...(stay.room && { bo_mtg_id: stay.room }),
  };
}

export const userJson = ({ id, name, address, status }: SimUser) => {
  const [first, ...last] = name.split(' ');
  return {
    ...{ id, first_name: first, last_name: last.join(' '), display_name: name },
    ...{ email: address, type: 2, timezone: 'UTC', status, role_id: '2', verified: 1 },
  };
};
