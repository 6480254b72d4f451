import { createHash } from 'node:crypto';
import { sizeOf } from '../simulation/files.ts';
import { uuidFrom } from '../simulation/seeded.ts';
import type { Simulation } from './calls.ts';
import { chatJson, chatText, groupLog } from './chatForms.ts';
import {
  isUser,
  type SimFile,
  type SimMeeting,
  type SimStay,
  type SimUser,
} from './model.ts';

export const timeOf = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');

/** The file that its chat is kept in, and the log of its groups. */
export function talkFiles(
  meeting: SimMeeting,
  lane: 'archive' | 'recordings',
): SimFile[] {
  const { chat, messages, groups, end } = meeting;
  const file = (type: string, extension: string, content: Buffer): SimFile => ({
    id: uuidFrom(meeting.uuid, 'talk', type, extension),
    ...{
      type,
      extension,
      recordingType: extension === 'JSON' ? 'chat_message' : 'chat_file',
    },
    ...{ content, readyAt: end },
  });
  if (chat === 'none' || messages.length === 0) return [];
  const log = { ...file('SUB_GROUP_MEMBER_LOG', 'JSON', groupLog(meeting)) };
  if (lane === 'recordings') {
    // Cloud recordings keep what went to everyone, and nothing else.
    const open = {
      ...meeting,
      messages: messages.filter(({ audience }) => audience.to === 'everyone'),
    };
    return open.messages.length > 0 ? [file('CHAT', 'TXT', chatText(open))] : [];
  }
  const kept =
    chat === 'json'
      ? file('CHAT', 'JSON', chatJson(meeting))
      : file('CHAT', 'TXT', chatText(meeting));
  return groups.length > 0
    ? [kept, { ...log, recordingType: 'sub_group_member_log' }]
    : [kept];
}

export function archivedJson(meeting: SimMeeting, simulation: Simulation) {
  const { now } = simulation;
  const { uuid, host, topic, start, end, type, isBreakout, parent, archivedAt } = meeting;
  const isDone = archivedAt !== undefined && archivedAt <= now();
  const files = [...talkFiles(meeting, 'archive'), ...meeting.files].filter(
    isListed(now()),
  );
  const seconds = (end.getTime() - start.getTime()) / 1000;
  return {
    ...{ account_name: 'Example', uuid, id: meeting.number, host_id: host?.id ?? '' },
    ...{
      topic,
      type: isBreakout ? 100 : type,
      start_time: timeOf(start),
      timezone: 'UTC',
    },
    ...{ duration: Math.ceil(seconds / 60), duration_in_second: seconds },
    meeting_type: host ? 'internal' : 'external',
    is_breakout_room: isBreakout,
    ...(parent !== undefined && { parent_meeting_id: parent }),
    complete_time: isDone ? timeOf(archivedAt) : '',
    status: isDone ? 'completed' : 'processing',
    recording_count: files.length,
    total_size: files.reduce((sum, { content }) => sum + sizeOf(content), 0),
    archive_files: files.map((file) => archiveFileJson(meeting, file, simulation)),
    physical_files: meeting.shared.map((file) => ({
      ...{ file_id: file.id, file_name: file.name, file_size: sizeOf(file.content) },
      download_url: downloadUrl(simulation, 'rec/archive/attached/download', file),
    })),
    ...meeting.oddities,
  };
}

const isListed =
  (now: Date) =>
  ({ listedFrom }: SimFile): boolean =>
    !listedFrom || listedFrom <= now;

function archiveFileJson(meeting: SimMeeting, file: SimFile, simulation: Simulation) {
  const { owner, content } = file;
  const stay = meeting.stays.find(({ person }) => person === owner);
  const isDone = file.readyAt <= simulation.now();
  return {
    ...{ id: file.id, file_type: file.type, file_extension: file.extension },
    ...(isDone && {
      file_size: sizeOf(content),
      download_url: downloadUrl(simulation, 'rec/archive/download', file),
      ...(Buffer.isBuffer(content) && { encryption_fingerprint: sha256(content) }),
    }),
    ...{ recording_type: file.recordingType, status: statusOf(file, isDone) },
    individual: owner !== undefined,
    // Outsiders' addresses are left out.
    ...(owner && { participant_email: isUser(owner) ? owner.address : '' }),
    ...(stay && {
      participant_join_time: timeOf(stay.from),
      participant_leave_time: timeOf(stay.to),
    }),
    ...{ storage_location: 'US', auto_delete: false },
  };
}

const statusOf = ({ hasFailed }: SimFile, isDone: boolean): string =>
  hasFailed ? 'failed' : isDone ? 'completed' : 'processing';

export const sha256 = (content: Buffer): string =>
  createHash('sha256').update(content).digest('hex');

const downloadUrl = ({ origin }: Simulation, path: string, file: SimFile): string =>
  `${origin()}/${path}/${encodeURIComponent(file.id)}`;

export function recordedJson(meeting: SimMeeting, simulation: Simulation) {
  const { now } = simulation;
  const { uuid, host, topic, start, end, type } = meeting;
  const files = [...talkFiles(meeting, 'recordings'), ...meeting.files].filter(
    isListed(now()),
  );
  const shared = files.filter(({ owner }) => !owner);
  const own = files.filter(({ owner }) => owner);
  const isDone = shared.every(({ readyAt }) => readyAt <= now());
  return {
    ...{ uuid, id: meeting.number, account_id: simulation.world.accountId },
    ...{ host_id: host?.id ?? '', topic, type, start_time: timeOf(start), timezone: '' },
    duration: isDone ? Math.round((end.getTime() - start.getTime()) / 60_000) : 0,
    total_size: isDone
      ? shared.reduce((sum, { content }) => sum + sizeOf(content), 0)
      : 0,
    recording_count: isDone ? shared.length : 0,
    share_url: `${simulation.origin()}/rec/share/secret`,
    recording_play_passcode: 'yNYIS408EJygs7rE5vVsJwXIz4',
    recording_files: shared.map((file) => recordingFileJson(meeting, file, simulation)),
    ...(own.length > 0 && {
      participant_audio_files: own.map((file) => ({
        ...recordingFileJson(meeting, file, simulation),
        file_name: `Audio only - ${file.owner?.name}`,
      })),
    }),
    ...meeting.oddities,
  };
}

/** One that is under way has an address, and next to nothing else. */
function recordingFileJson(meeting: SimMeeting, file: SimFile, simulation: Simulation) {
  const isDone = file.readyAt <= simulation.now();
  const common = {
    ...{ id: file.id, meeting_id: meeting.uuid, recording_start: timeOf(meeting.start) },
    play_url: `${simulation.origin()}/rec/play/${file.id}`,
    download_url: downloadUrl(simulation, 'rec/download', file),
  };
  if (!isDone) {
    const nothing = {
      recording_end: '',
      file_type: '',
      file_extension: '',
      file_size: 0,
    };
    return { ...common, ...nothing, status: 'processing' };
  }
  return {
    ...{ ...common, recording_end: timeOf(meeting.end), file_type: file.type },
    ...{ file_extension: file.extension, file_size: sizeOf(file.content) },
    ...{ status: 'completed', recording_type: file.recordingType },
  };
}

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
