import { endOf, isWebinar, statusOf, unreadFiles } from './archiveLane.ts';
import { extensionOf } from './fileKinds.ts';
import type { Meeting, MeetingFile } from './meeting.ts';
import { type recordedMeetingSchema, recordingFileSchema } from './schema.ts';

const minuteMs = 60_000;

type Recorded = ReturnType<typeof recordedMeetingSchema.parse>;

/** An entry of a list of recordings, or what one meeting's recordings are. */
export function recordedMeeting(entry: Recorded): Meeting {
  const { uuid, start_time: start, duration = 0 } = entry;
  const files = filesOf(entry);
  return {
    ...{ uuid, number: entry.id, topic: entry.topic?.trim() ?? '', start },
    end: endOf(start, duration * minuteMs),
    isWebinar: isWebinar(entry.type),
    ...{ isBreakout: false, parent: undefined, host: { id: entry.host_id } },
    ...{ files, shared: [], isComplete: areReady(files), features: {} },
    ...lossIn(entry),
    listed: withoutSecrets(entry),
  };
}

/** What opens a recording to anybody. */
const secrets = new Set([
  'password',
  'recording_play_passcode',
  'download_access_token',
  'share_url',
]);

const withoutSecrets = (entry: Recorded): unknown =>
  Object.fromEntries(Object.entries(entry).filter(([field]) => !secrets.has(field)));

/** Nothing of it is under way any more. */
export const areReady = (files: MeetingFile[]): boolean =>
  files.every(({ status }) => status !== 'processing');

/** All files of a recording, participants' own ones included. */
export const filesOf = (entry: Recorded): MeetingFile[] => [
  ...entry.recording_files.flatMap((file) => fileOf(file, false) ?? []),
  ...entry.participant_audio_files.flatMap((file) => fileOf(file, true) ?? []),
];

/** Files that are listed and can't be read. */
export function lossIn(entry: Recorded): Pick<Meeting, 'loss'> {
  const listed = entry.recording_files.length + entry.participant_audio_files.length;
  return unreadFiles(listed - filesOf(entry).length);
}

function fileOf(value: unknown, isOwn: boolean): MeetingFile | undefined {
  const file = recordingFileSchema.safeParse(value).data;
  if (!file) return undefined;
  const type = file.file_type?.toUpperCase() ?? '';
  const recordingType = file.recording_type ?? '';
  // Captions and timelines have no id in the documentation.
  const marks = [type, recordingType, file.recording_start ?? ''].join(' ');
  return {
    ...{ id: file.id || marks, type, recordingType },
    extension: extensionOf(type, file.file_extension),
    name: file.file_name,
    bytes: file.file_size || undefined,
    url: file.download_url,
    // One that is under way has no type either.
    status:
      type === '' && file.status === undefined ? 'processing' : statusOf(file.status),
    isOwn,
    owner: { name: isOwn ? ownerIn(file.file_name) : undefined },
    ...{ ownerStay: {}, fingerprint: undefined, listed: file },
  };
}

/** `Audio only - Jane Doe.m4a` */
const ownerIn = (name: string | undefined): string | undefined =>
  /^audio[ _]only ?[-_–] ?(.+?)(?:\.\w{1,5})?$/i.exec(name ?? '')?.[1];
