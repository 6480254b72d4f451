import { sizeOf } from '../simulation/files.ts';
import type { Simulation } from './calls.ts';
import { downloadUrl, listedFiles } from './meetingFiles.ts';
import type { SimFile, SimMeeting } from './model.ts';
import { timeOf } from './resources.ts';

export function recordedJson(meeting: SimMeeting, simulation: Simulation) {
  const { now } = simulation;
  const { uuid, host, topic, start, end, type } = meeting;
  const files = listedFiles(meeting, 'recordings', now());
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
