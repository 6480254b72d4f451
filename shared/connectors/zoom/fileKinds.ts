import type { MeetingFile } from './meeting.ts';

/** The chat itself: it is read, and never attached. */
export const isChat = ({ type, recordingType }: MeetingFile): boolean =>
  type === 'CHAT' || type === 'CHAT_MESSAGE' || /^chat(_|$)/.test(recordingType);

/** The log of who was in which private group. */
export const isGroupLog = ({ type }: MeetingFile): boolean =>
  type === 'SUB_GROUP_MEMBER_LOG';

/** Somebody's talk with the AI Companion; the documentation has the type in two spellings. */
export const isConversation = ({ type }: MeetingFile): boolean => type.startsWith('AIC_');

/** A file that is for everyone who was in the meeting. */
export const isForAll = (file: MeetingFile): boolean =>
  !isChat(file) && !isGroupLog(file) && !isConversation(file) && !file.isOwn;

const mediaTypes: Record<string, string> = {
  MP4: 'video/mp4',
  M4A: 'audio/mp4',
  VTT: 'text/vtt',
  TXT: 'text/plain; charset=utf-8',
  JSON: 'application/json',
  CSV: 'text/csv',
  JPG: 'image/jpeg',
  PNG: 'image/png',
};

/** The media type of a file, by its extension. */
export const mediaTypeOf = (extension: string): string =>
  mediaTypes[extension] ?? 'application/octet-stream';

/** By the type, where Zoom leaves the extension out. */
const extensions: Record<string, string> = {
  MP4: 'MP4',
  M4A: 'M4A',
  CHAT: 'TXT',
  CHAT_MESSAGE: 'JSON',
  TRANSCRIPT: 'VTT',
  CC: 'VTT',
  TIMELINE: 'JSON',
  SUMMARY: 'JSON',
  CSV: 'CSV',
  TB: 'JPG',
  SUB_GROUP_MEMBER_LOG: 'JSON',
};

export const extensionOf = (type: string, extension: string | undefined): string =>
  (extension || extensions[type] || '').toUpperCase();

/** What a reader sees: what it is, and whose; Zoom's own name where there is one. */
export function nameOf({ name, type, recordingType, extension }: MeetingFile): string {
  if (name) return name;
  const what = (recordingType || type || 'file').toLowerCase().replaceAll('_', ' ');
  return extension ? `${what}.${extension.toLowerCase()}` : what;
}
