import { uuidFrom } from '../simulation/seeded.ts';
import type { Simulation } from './calls.ts';
import { chatJson, chatText, groupLog } from './chatForms.ts';
import type { SimFile, SimMeeting } from './model.ts';

type Lane = 'archive' | 'recordings';

/** The file that its chat is kept in, and the log of its groups. */
export function talkFiles(meeting: SimMeeting, lane: Lane): SimFile[] {
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

/** What a lane lists of a meeting now. */
export const listedFiles = (meeting: SimMeeting, lane: Lane, now: Date): SimFile[] =>
  [...talkFiles(meeting, lane), ...meeting.files].filter(
    ({ listedFrom }) => !listedFrom || listedFrom <= now,
  );

export const downloadUrl = (
  { origin }: Simulation,
  path: string,
  file: SimFile,
): string => `${origin()}/${path}/${encodeURIComponent(file.id)}`;
