import type { ArchiveItem } from '../../archive/state/item.ts';
import type { SourceRecord } from '../connector.ts';
import { itemBase } from '../item/itemBase.ts';
import { convertFile, convertMeeting, convertSupplement } from './convertMeeting.ts';
import { convertMessage } from './convertMessage.ts';
import type { MeetingContext } from './meeting.ts';
import { contextSchema, type Raw, rawSchema } from './records.ts';
import type { Setting } from './setting.ts';

/** A record of a page → what becomes an email. Pure. */
export function convertRecord(
  record: SourceRecord,
  context: unknown,
  original: ArchiveItem | undefined,
): ArchiveItem {
  const raw = rawSchema.parse(record.raw);
  const meeting = contextSchema.parse(context).meetings[raw.meeting];
  if (!meeting) throw new Error('The page says nothing of its meeting.');
  return convertRaw(raw, {
    ...{ record, original, meeting },
    base: {
      ...itemBase(record, raw),
      conversation: { id: meeting.uuid, name: topicOf(meeting) },
    },
  });
}

function convertRaw(raw: Raw, setting: Setting): ArchiveItem {
  if (raw.kind === 'meeting') return convertMeeting(raw, setting);
  if (raw.kind === 'message') return convertMessage(raw, setting);
  if (raw.kind === 'file') return convertFile(raw, setting);
  return convertSupplement(raw, setting);
}

/** What meetings of other organisations are called is not told. */
const topicOf = ({ topic, isWebinar, isBreakout, start }: MeetingContext): string => {
  const kind = isWebinar
    ? 'Zoom webinar'
    : isBreakout
      ? 'Zoom breakout room'
      : 'Zoom meeting';
  return topic || `${kind} of ${start.slice(0, 16).replace('T', ' ')} UTC`;
};
