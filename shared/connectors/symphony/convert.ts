import type { ArchiveItem, Person } from '../../archive/state/item.ts';
import type { SourceRecord } from '../connector.ts';
import { itemBase } from '../item/itemBase.ts';
import { conversationName } from './conversation.ts';
import { convertMessage } from './convertMessage.ts';
import { convertSupplement } from './convertSupplement.ts';
import {
  contextSchema,
  rawSchema,
  type StreamContext,
  type SymphonyContext,
} from './records.ts';
import type { Message } from './schema.ts';
import type { Setting } from './setting.ts';
import { audienceAt } from './stays.ts';

/** A record of a page → what becomes an email. Pure. */
export function convertRecord(
  record: SourceRecord,
  context: unknown,
  original: ArchiveItem | undefined,
): ArchiveItem {
  const shared = contextSchema.parse(context);
  const raw = rawSchema.parse(record.raw);
  const { message, info } = raw;
  const stream = raw.stream === undefined ? undefined : shared.streams[raw.stream];
  const personOf = createPeople(shared, stream);
  const author = authorOf(message, personOf);
  const name = conversationName(info, stream, author, personOf);
  const setting: Setting = {
    ...{ record, original, author, organisation: shared.organisation },
    conversation: original?.conversation ?? { id: info.id, name },
    audience(at) {
      const place = stream ?? (info.type === 'POST' ? info : undefined);
      const { ids, isUnknown } = audienceAt(place, at, author.id);
      const participants = ids.map(personOf);
      return { participants, ...(isUnknown && { audienceUnknown: true }) };
    },
    base: itemBase(record, raw),
  };
  const isSupplement = raw.kind === 'fileSupplement' || raw.kind === 'textSupplement';
  return isSupplement ? convertSupplement(raw, setting) : convertMessage(raw, setting);
}

/** Where Symphony doesn't say who wrote something that was suppressed. */
const nobody = 'unknown';

function authorOf({ user }: Message, personOf: (id: string) => Person): Person {
  return personOf(user?.userId ?? nobody);
}

function createPeople(
  { people }: SymphonyContext,
  stream: StreamContext | undefined,
): (id: string) => Person {
  const onRoster = new Map((stream?.stays ?? []).map((stay) => [stay.id, stay]));
  return (id) => {
    const name = people[id]?.name ?? onRoster.get(id)?.name;
    const address = onRoster.get(id)?.address ?? people[id]?.address;
    return { id, ...(name && { name }), ...(address && { address }) };
  };
}
