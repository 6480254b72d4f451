import type { ArchiveItem, Person, Quote } from '../../archive/state/item.ts';
import type { SourceRecord } from '../connector.ts';
import { bodyOf, type Names } from './body.ts';
import { conversationOf } from './conversation.ts';
import { type Audience, createFolk, type Folk } from './folk.ts';
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
    ...baseOf(raw, setting),
    author: folk.writer(raw),
    ...folk.audience(raw, new Date(record.at)),
    ...bodyOf(raw, names),
  };
}

function baseOf(raw: ItemRaw, { record, original, organisation, folk }: Setting) {
  const parent = parentOf(raw);
  return {
    ...{ key: record.key, itemId: record.itemId, event: record.event },
    at: new Date(record.at),
    ...{ files: record.files, missing: raw.missing },
    conversation: original?.conversation ?? conversationOf(raw, folk),
    ...(record.changes !== undefined && { changesKey: record.changes }),
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
    ...{ ...baseOf(raw, setting), author, ...audience },
    ...mentionOf(folk.writer(raw), author),
    ...body,
    ...(quote && { quote }),
    ...(note && { notes: [...(body.notes ?? []), note] }),
  };
}

/** Who could not read the original is not quoted it. */
function quoteForAll(
  original: ArchiveItem | undefined,
  { participants }: Audience,
): { quote?: Quote; note?: string } {
  if (!original) return {};
  const readers = new Set(original.participants.map(({ id }) => id));
  if (participants.every(({ id }) => readers.has(id)))
    return { quote: quoteOf(original) };
  return {
    note: 'The text before this edit is not quoted here, because not everybody who could read the edit could read it.',
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
  return {
    ...{ ...baseOf(raw, setting), author },
    ...(original ? audienceOf(original) : folk.audience(raw, writtenAt)),
    ...mentionOf(writer, author),
    text: `The ${raw.kind === 'other' ? 'item' : raw.kind} was deleted.`,
    ...(last.notes && { notes: last.notes }),
    ...(quote.text !== '' && { quote }),
  };
}

/** It goes to those who got what it supplements. */
function supplemented(raw: ItemRaw, setting: Setting): ArchiveItem {
  const { folk, original, record } = setting;
  return {
    ...baseOf(raw, setting),
    author: folk.writer(raw),
    ...(original ? audienceOf(original) : folk.audience(raw, new Date(record.at))),
    text: 'A file that could not be archived with its item.',
    notes: ['This supplements an item that was archived without this file.'],
  };
}

const audienceOf = ({ participants, audienceUnknown }: ArchiveItem): Audience => ({
  participants,
  ...(audienceUnknown && { audienceUnknown }),
});

const quoteOf = ({ author, at, text }: ArchiveItem): Quote => ({ author, at, text });

const mentionOf = (writer: Person, author: Person): Pick<ArchiveItem, 'mentioned'> =>
  writer.id === author.id ? {} : { mentioned: [writer] };
