import type { z } from 'zod';
import type { ArchiveItem } from '../../archive/state/item.ts';
import type { SourceRecord } from '../connector.ts';
import { itemBase } from '../item/itemBase.ts';
import { conversationName } from './conversation.ts';
import { convertMessage } from './convertMessage.ts';
import { convertSupplement } from './convertSupplement.ts';
import { createFolk } from './folk.ts';
import { uuidOf } from './ids.ts';
import {
  type answerRawSchema,
  contextSchema,
  keys,
  type Raw,
  type RoomContext,
  rawSchema,
} from './records.ts';
import type { Setting } from './setting.ts';

/** A record of a page → what becomes an email. Pure. */
export function convertRecord(
  record: SourceRecord,
  context: unknown,
  original: ArchiveItem | undefined,
): ArchiveItem {
  const shared = contextSchema.parse(context);
  const raw = rawSchema.parse(record.raw);
  const room = raw.room === undefined ? undefined : shared.rooms[raw.room];
  const folk = createFolk(shared, room);
  const setting: Setting = {
    ...{ record, original, folk, organisation: shared.organisation },
    conversation(roomId) {
      const id = uuidOf(roomId);
      const placeless = { id, isDirect: false, changes: [] };
      return { id, name: conversationName(room ?? placeless, folk.person) };
    },
    base: itemBase(record, raw),
  };
  return withTeam(convertRaw(raw, setting), room);
}

function convertRaw(raw: Raw, setting: Setting): ArchiveItem {
  if (raw.kind === 'message') return convertMessage(raw, setting);
  if (raw.kind === 'supplement') return convertSupplement(raw, setting);
  return convertAnswer(raw, setting);
}

/** The subject is the space's own; whoever searches for the team finds it in the text. */
function withTeam(item: ArchiveItem, room: RoomContext | undefined): ArchiveItem {
  if (room?.team === undefined) return item;
  return { ...item, notes: [...(item.notes ?? []), `Team: ${room.team}`] };
}

/** What somebody put into a card: one line an input. */
function convertAnswer(
  { action }: z.infer<typeof answerRawSchema>,
  { base, folk, organisation, conversation }: Setting,
): ArchiveItem {
  const lines = Object.entries(action.inputs ?? {}).map(
    ([name, value]) =>
      `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return {
    ...base,
    conversation: conversation(action.roomId),
    author: folk.person(action.personId),
    ...folk.audience(base.at, action.personId),
    text: ['Answers to a card', ...lines].join('\n'),
    ...(action.messageId !== undefined && {
      parentKey: keys.message(organisation, action.messageId),
    }),
  };
}
