import type { ArchiveItem } from '../../archive/state/item.ts';
import type { SourceRecord } from '../connector.ts';
import { itemBase } from '../item/itemBase.ts';
import {
  type Audience,
  audienceOf,
  isForAll,
  mentionOf,
  quoteForAll,
  quoteOf,
} from '../item/original.ts';
import { bodyOf, type Names } from './body.ts';
import { conversationOf } from './conversation.ts';
import { createFolk, type Folk } from './folk.ts';
import {
  contextSchema,
  type ItemRaw,
  keys,
  type RingCentralContext,
  rawSchema,
} from './records.ts';

interface Setting {
  record: SourceRecord;
  original: ArchiveItem | undefined;
  organisation: string;
  folk: Folk;
  names: Names;
}

/** A page's context is the same object for all of its records, and may be large. */
const contexts = new WeakMap<object, RingCentralContext>();

function contextOf(context: unknown): RingCentralContext {
  const isObject = typeof context === 'object' && context !== null;
  const known = isObject ? contexts.get(context) : undefined;
  const parsed = known ?? contextSchema.parse(context);
  if (isObject) contexts.set(context, parsed);
  return parsed;
}

/** A record of a page → what becomes an email. Pure. */
export function convertRecord(
  record: SourceRecord,
  context: unknown,
  original: ArchiveItem | undefined,
): ArchiveItem {
  const shared = contextOf(context);
  const raw = rawSchema.parse(record.raw);
  const folk = createFolk(shared);
  const thing = (id: string) =>
    Object.hasOwn(shared.things, id) ? shared.things[id] : undefined;
  const names = { person: folk.person, thing };
  const { organisation } = shared;
  const setting: Setting = { record, original, organisation, folk, names };
  if (raw.kind === 'supplement') {
    return supplemented({ ...raw.of, rooms: raw.rooms, missing: [] }, setting);
  }
  if (record.event === 'deleted') return deleted(raw, setting);
  if (record.event === 'edited') return edited(raw, setting);
  return {
    ...baseOf(raw, setting, folk.audience(raw, new Date(record.at))),
    author: folk.writer(raw),
    ...bodyOf(raw, names),
  };
}

function baseOf(
  raw: ItemRaw,
  { record, original, organisation, folk }: Setting,
  audience: Audience,
) {
  const { participants } = audience;
  const parent = parentOf(raw);
  return {
    ...itemBase(record, raw),
    ...audience,
    // Its name may be that of a chat that only the readers of the original are in.
    conversation: isForAll(original, participants)
      ? original.conversation
      : conversationOf(raw, folk, participants),
    ...(parent !== undefined && {
      parentKey: keys.original(organisation, 'post', parent),
    }),
  };
}

/** `chainId` leads to the post that a thread began with. */
function parentOf(raw: ItemRaw): string | undefined {
  if (raw.kind !== 'post') return undefined;
  const { chainId, id } = raw.source;
  return chainId === id ? undefined : chainId;
}

function edited(raw: ItemRaw, setting: Setting): ArchiveItem {
  const { folk, original, record, names } = setting;
  const author = folk.editor(raw);
  const audience = folk.audience(raw, new Date(record.at));
  const body = bodyOf(raw, names);
  const { quote, note } = quoteForAll(original, audience);
  return {
    ...{ ...baseOf(raw, setting, audience), author },
    ...mentionOf(folk.writer(raw), author),
    ...body,
    ...(quote && { quote }),
    ...(note && { notes: [...(body.notes ?? []), note] }),
  };
}

/** It reaches those who got the original, or could have, and no one else. */
function deleted(raw: ItemRaw, setting: Setting): ArchiveItem {
  const { folk, original, record, names } = setting;
  const writer = folk.writer(raw);
  const author = folk.editor(raw);
  const writtenAt = new Date(raw.source.creationTime ?? record.at);
  const last = bodyOf(raw, names);
  const quote = original
    ? quoteOf(original)
    : { author: writer, at: writtenAt, text: last.text };
  const audience = original ? audienceOf(original) : folk.audience(raw, writtenAt);
  return {
    ...{ ...baseOf(raw, setting, audience), author },
    ...mentionOf(writer, author),
    text: `The ${raw.kind === 'other' ? 'item' : raw.kind} was deleted.`,
    ...(last.notes && { notes: last.notes }),
    ...(quote.text !== '' && { quote }),
  };
}

/** It goes to those who got what it supplements. */
function supplemented(raw: ItemRaw, setting: Setting): ArchiveItem {
  const { folk, original, record } = setting;
  const audience = original
    ? audienceOf(original)
    : folk.audience(raw, new Date(record.at));
  return {
    ...{ ...baseOf(raw, setting, audience), author: folk.writer(raw) },
    text: 'A file that could not be archived with its item.',
    notes: ['This supplements an item that was archived without this file.'],
  };
}
