import type { z } from 'zod';
import type { ArchiveItem } from '../../archive/state/item.ts';
import { audienceFields } from './audienceFields.ts';
import { meetingText, transcript } from './meetingText.ts';
import type { fileRawSchema, meetingRawSchema, supplementRawSchema } from './records.ts';
import { plainPerson } from './roster.ts';
import type { Setting } from './setting.ts';

/** Everyone who was in the meeting gets it; where Zoom tells nobody, the host does. */
export function convertMeeting(
  { lines, notes }: z.infer<typeof meetingRawSchema>,
  { base, meeting }: Setting,
): ArchiveItem {
  const { host, attendees } = meeting;
  return {
    ...base,
    author: host,
    ...audienceFields(attendees?.map(plainPerson) ?? [host], attendees === undefined),
    text: meetingText(meeting, lines),
    ...(notes.length > 0 && { notes }),
  };
}

const fileTexts = {
  own: "One participant's own file of the meeting.",
  conversation: "One participant's conversation with the AI Companion.",
  recording: 'A file of the meeting, for its host.',
  shared: 'A file that was shared in the chat of the meeting.',
};

/** A file that is an email of its own. */
export function convertFile(
  { what, author, people, isUnknown, parent }: z.infer<typeof fileRawSchema>,
  { base }: Setting,
): ArchiveItem {
  return {
    ...base,
    author,
    ...audienceFields(people, isUnknown),
    text: fileTexts[what],
    ...(base.event === 'created' && { parentKey: parent }),
    ...(what === 'shared' && {
      notes: ['Nothing says who shared it, and with whom.'],
    }),
  };
}

/** What an earlier email had to leave out. It goes to those who got that one. */
export function convertSupplement(
  { what, lines }: z.infer<typeof supplementRawSchema>,
  { base, meeting, original }: Setting,
): ArchiveItem {
  const { host } = meeting;
  const isChat = what === 'chat';
  return {
    ...base,
    ...(original && { conversation: original.conversation }),
    author: original?.author ?? host,
    ...(original
      ? audienceFields(original.participants, original.audienceUnknown ?? false)
      : audienceFields([host], true)),
    text: isChat
      ? ['Chat', ...transcript(lines)].join('\n')
      : 'A file that was not there when this was archived.',
    notes: [
      isChat
        ? 'This supplements a meeting that was archived without this chat.'
        : 'This supplements an email that was archived without this file.',
    ],
  };
}
