import type { z } from 'zod';
import type { ItemEvent } from '../../archive/state/item.ts';
import type { ItemRef, Reject, Window } from '../connector.ts';
import { textHash } from '../item/key.ts';
import type { Folder, ItemFolder } from './entries.ts';
import { parseText } from './parseText.ts';
import { type ItemRaw, keys } from './records.ts';
import {
  anyRecordSchema,
  eventSchema,
  fileSchema,
  noteSchema,
  otherSchema,
  postSchema,
  taskRecordSchema,
} from './schema.ts';
import type { RawRecord } from './splitRecords.ts';

/** A record of the export, with all that can be said of it without looking anything up. */
export interface Listed extends ItemRef {
  content:
    | {
        kind: 'item';
        itemId: string;
        event: ItemEvent;
        changes: string | undefined;
        parsed: Parsed;
      }
    | { kind: 'reject'; reject: Reject };
}

type OfEach<T> = T extends unknown ? Omit<T, 'rooms' | 'missing'> : never;
/** A record as its schema has it, without what a page adds. */
export type Parsed = OfEach<ItemRaw>;

/** Where nothing says when it happened; the same at each reading. */
const unknownTime = new Date(0).toISOString();

/** Undefined for what neither began nor changed in the window. */
export function listRecord(
  organisation: string,
  { folder, called }: { folder: Folder; called: string },
  raw: RawRecord,
  window: Window,
): Listed | undefined {
  if (raw.kind === 'tooLarge') {
    return unreadable(organisation, called, raw.sha256, undefined, `${raw.bytes} bytes`);
  }
  if (raw.kind === 'misplaced') return misplaced(organisation, raw);
  const refuse = (of: unknown, why: string) => {
    const hash = textHash(raw.text);
    return unreadable(organisation, called, hash, of, why);
  };
  const { value, problem } = parseText(raw.text);
  if (problem !== undefined) return refuse(value, problem);
  const read = parseRecord(folder, called, value);
  if (!read.success) return refuse(value, partsOf(read.error));
  const parsed = read.data;
  const { creationTime, lastModifiedTime } = parsed.source;
  const created = creationTime ?? lastModifiedTime;
  if (created === undefined) return refuse(value, 'creationTime');
  if (![created, lastModifiedTime].some((time) => isWithin(time, window)))
    return undefined;
  return itemOf(organisation, parsed, created);
}

function itemOf(organisation: string, parsed: Parsed, created: string): Listed {
  const { id, lastModifiedTime, deleted } = parsed.source;
  const kind = parsed.kind === 'other' ? `other-${parsed.folder}` : parsed.kind;
  const original = keys.original(organisation, kind, id);
  const modified =
    lastModifiedTime && lastModifiedTime > created ? lastModifiedTime : undefined;
  const item = (key: string, at: string, event: ItemEvent): Listed => ({
    ...{ key, at },
    content: {
      ...{ kind: 'item', itemId: id, event, parsed },
      changes: event === 'created' ? undefined : original,
    },
  });
  if (deleted) {
    return item(keys.deletion(organisation, kind, id), modified ?? created, 'deleted');
  }
  if (modified === undefined) return item(original, created, 'created');
  return item(keys.edit(organisation, kind, id, modified), modified, 'edited');
}

const schemas = {
  posts: postSchema,
  tasks: taskRecordSchema,
  notes: noteSchema,
  events: eventSchema,
  files: fileSchema,
} satisfies Record<ItemFolder, z.ZodType>;

type Read =
  | { success: true; data: Parsed }
  | { success: false; error: z.ZodError | undefined };

function parseRecord(folder: Folder, called: string, value: unknown): Read {
  switch (folder) {
    case 'posts':
      return readAs(schemas.posts, value, (source) => ({ kind: 'post', source }));
    case 'tasks':
      return readAs(schemas.tasks, value, (source) => ({ kind: 'task', source }));
    case 'notes':
      return readAs(schemas.notes, value, (source) => ({ kind: 'note', source }));
    case 'events':
      return readAs(schemas.events, value, (source) => ({ kind: 'event', source }));
    case 'files':
      return readAs(schemas.files, value, (source) => ({ kind: 'file', source }));
    default:
      return readAs(otherSchema, value, (source) => ({
        ...{ kind: 'other', source },
        folder: called.toLowerCase(),
      }));
  }
}

function readAs<T>(
  schema: z.ZodType<T>,
  value: unknown,
  put: (source: T) => Parsed,
): Read {
  const read = schema.safeParse(value);
  return read.success ? { success: true, data: put(read.data) } : read;
}

function unreadable(
  organisation: string,
  called: string,
  hash: string,
  value: unknown,
  why: string,
): Listed {
  const { id, creationTime = unknownTime } = anyRecordSchema.safeParse(value).data ?? {};
  const key = keys.unreadable(organisation, hash);
  const reason = `RingCentral exported a record of its folder ${called} that could not be read (${why}). Look it up in an export of your own, and report its form.`;
  const reject = { key, itemId: id ?? hash, at: creationTime, reason };
  return { ...{ key, at: creationTime }, content: { kind: 'reject', reject } };
}

function misplaced(
  organisation: string,
  { place, sha256 }: Extract<RawRecord, { kind: 'misplaced' }>,
): Listed {
  const key = keys.unreadable(organisation, sha256);
  // The name itself is not repeated: it was made to be used as a path.
  const reason = `The name of a file in RingCentral's export leads out of the export, or into none of its folders (${place}); it was left out. Look at it in an export of your own, and report it to RingCentral Support.`;
  const reject = { key, itemId: sha256, at: unknownTime, reason };
  return { ...{ key, at: unknownTime }, content: { kind: 'reject', reject } };
}

const partsOf = (error: z.ZodError | undefined): string =>
  [
    ...new Set((error?.issues ?? []).map(({ path }) => path.join('.') || 'all of it')),
  ].join(', ');

function isWithin(time: string | undefined, { from, to }: Window): boolean {
  if (time === undefined) return false;
  return time >= from.toISOString() && time < to.toISOString();
}
