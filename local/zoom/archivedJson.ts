import { createHash } from 'node:crypto';
import { sizeOf } from '../simulation/files.ts';
import type { Simulation } from './calls.ts';
import { downloadUrl, listedFiles } from './meetingFiles.ts';
import { isUser, type SimFile, type SimMeeting } from './model.ts';
import { timeOf } from './resources.ts';

export function archivedJson(meeting: SimMeeting, simulation: Simulation) {
  const { now } = simulation;
  const { uuid, host, topic, start, end, type, isBreakout, parent, archivedAt } = meeting;
  const isDone = archivedAt !== undefined && archivedAt <= now();
  const files = listedFiles(meeting, 'archive', now());
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

const sha256 = (content: Buffer): string =>
  createHash('sha256').update(content).digest('hex');
