import { z } from 'zod';
import { grantSchema } from '../http/bearer.ts';
import { isPlausible } from '../item/plausible.ts';

/** Any ISO 8601; some reports have a blank where the T belongs. All are UTC. */
export const instant = z
  .string()
  .transform((text) => text.trim().replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T'))
  .transform((text) => (/T[\d:.]+$/.test(text) ? `${text}Z` : text))
  // Other forms are read by the clock of this machine.
  .refine((text) => /^\d{4}-\d\d-\d\dT/.test(text), 'This is no date.')
  .refine((text) => isPlausible(Date.parse(text)), 'This is no date.')
  .transform((text) => new Date(text).toISOString());

const id = z.string().min(1);

/** Fields that are null, or of another type than documented, are as good as absent. */
const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const number = z.coerce.number().optional().catch(undefined);
const maybeInstant = instant.optional().catch(undefined);
/** Ids and types come as numbers and as strings. */
const label = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);
/** Lists are parsed one by one, so that one bad entry spoils no list; what is none is one. */
const many = z
  .array(z.unknown())
  .catch(({ value }) => (value === undefined || value === null ? [] : [value]));

/** https://developers.zoom.us/docs/api/meetings/#tag/archiving/get/archive_files */
export const archiveFileSchema = z.looseObject({
  id,
  file_type: text,
  file_extension: text,
  file_name: text,
  file_size: number,
  download_url: text,
  status: text,
  recording_type: text,
  individual: flag,
  participant_email: text,
  participant_join_time: maybeInstant,
  participant_leave_time: maybeInstant,
  encryption_fingerprint: text,
});

/** A file that somebody shared in the chat. */
export const physicalFileSchema = z.looseObject({
  file_id: id,
  file_name: text,
  file_size: number,
  download_url: text,
});

/** One entry of the list of archived meetings. */
export const archivedMeetingSchema = z.looseObject({
  uuid: id,
  id: label,
  host_id: text,
  topic: text,
  type: label,
  start_time: instant,
  timezone: text,
  duration: number,
  duration_in_second: number,
  meeting_type: text,
  is_breakout_room: flag,
  parent_meeting_id: label,
  complete_time: maybeInstant,
  status: text,
  archive_files: many,
  physical_files: many,
});

/** https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/get/meetings/{meetingId}/recordings */
export const recordingFileSchema = z.looseObject({
  id: text,
  file_type: text,
  file_extension: text,
  file_name: text,
  file_size: number,
  download_url: text,
  status: text,
  recording_type: text,
  recording_start: maybeInstant,
  deleted_time: text,
});

/** A meeting with its recordings. */
export const recordedMeetingSchema = z.looseObject({
  uuid: id,
  id: label,
  host_id: text,
  topic: text,
  type: label,
  start_time: instant,
  timezone: text,
  duration: number,
  recording_files: many,
  participant_audio_files: many,
});

/** https://developers.zoom.us/docs/api/meetings/#tag/reports/get/report/history_meetings */
export const historyMeetingSchema = z.looseObject({
  meeting_uuid: id,
  meeting_id: label,
  type: label,
  host_display_name: text,
  host_email: text,
  start_time: instant,
  end_time: instant,
  topic: text,
  feature_used: z
    .looseObject({ in_meeting_chat: flag, record_to_cloud: flag })
    .optional()
    .catch(undefined),
});

/** https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/past_meetings/{meetingId}/participants */
export const participantSchema = z.looseObject({
  id: text,
  name: text,
  user_id: label,
  participant_user_id: text,
  registrant_id: text,
  user_email: text,
  join_time: maybeInstant,
  leave_time: maybeInstant,
  status: text,
  internal_user: flag,
  bo_mtg_id: label,
});

/** https://developers.zoom.us/docs/api/users/#tag/users/get/users */
export const userSchema = z.looseObject({
  id,
  email: text,
  display_name: text,
  first_name: text,
  last_name: text,
});

/** https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/past_meetings/{meetingId} */
export const pastMeetingSchema = z.looseObject({
  start_time: maybeInstant,
  end_time: maybeInstant,
  user_name: text,
  user_email: text,
  topic: text,
});

/** What every list has. */
export const listSchema = z.looseObject({
  next_page_token: text,
  to: text,
  total_records: number,
});

/** https://developers.zoom.us/docs/internal-apps/s2s-oauth/ */
export const tokenAnswerSchema = grantSchema.extend({ api_url: text });
