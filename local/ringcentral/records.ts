import { type Content, contentOf, sizeOf } from '../simulation/files.ts';
import {
  type SimChat,
  type SimFile,
  type SimPerson,
  type SimRecord,
  touch,
  type World,
} from './model.ts';

export interface RecordOptions {
  at: Date;
  listedFrom?: Date;
  garbled?: string;
  /** Whatever else its record says. */
  more?: Record<string, unknown>;
}

/** A record of whatever folder: posts, tasks and the rest are made of it. */
export function addRecord(
  world: World,
  folder: string,
  author: SimPerson,
  options: RecordOptions,
): SimRecord {
  const { at, listedFrom = at, garbled } = options;
  const record: SimRecord = {
    ...{ folder, created: at, modified: at, listedFrom },
    json: { id: world.nextId(), creator: { id: author.id }, ...options.more },
    ...(garbled !== undefined && { garbled }),
  };
  world.records.push(record);
  return record;
}

export const idOf = (record: SimRecord): string => String(record.json.id);

export interface FileOptions {
  name: string;
  content: string | Content;
  contentType?: string;
  access?: SimFile['access'];
  host?: SimFile['host'];
  state?: SimFile['state'];
  flaw?: SimFile['flaw'];
  id?: string;
}

export function addFile(
  world: World,
  chat: SimChat,
  author: SimPerson,
  { at, ...options }: FileOptions & { at: Date; listedFrom?: Date },
): SimRecord {
  const { content } = options;
  const record = addRecord(world, 'files', author, {
    at,
    ...(options.listedFrom && { listedFrom: options.listedFrom }),
    more: { type: 'File', name: options.name, chatIds: [chat.id] },
  });
  if (options.id) record.json.id = options.id;
  const file: SimFile = {
    ...{ id: idOf(record), name: options.name },
    contentType: options.contentType ?? 'text/plain',
    content: contentOf(content),
    access: options.access ?? 'signed',
    host: options.host ?? 'media',
    state: options.state ?? 'ready',
    ...(options.flaw && { flaw: options.flaw }),
  };
  record.json.size = sizeOf(file.content);
  record.file = file;
  world.files.set(file.id, file);
  return record;
}

export interface PostOptions extends RecordOptions {
  text?: string | null;
  files?: FileOptions[];
  /** Tasks, notes and events that it shows. */
  shows?: SimRecord[];
  inReplyTo?: SimRecord;
}

export function post(
  world: World,
  chat: SimChat,
  author: SimPerson,
  options: PostOptions,
): SimRecord {
  const { at, text = null, inReplyTo, listedFrom } = options;
  const files = (options.files ?? []).map((file) =>
    addFile(world, chat, author, { ...file, at, ...(listedFrom && { listedFrom }) }),
  );
  const shown = [...files, ...(options.shows ?? [])];
  const record = addRecord(world, 'posts', author, {
    ...options,
    more: {
      ...{ chatId: chat.id, text },
      ...(inReplyTo && { chainId: idOf(inReplyTo) }),
      ...(shown.length > 0 && { attachments: shown.map(reference) }),
      mentions: mentionsIn(world, text ?? ''),
      ...options.more,
    },
  });
  record.chat = chat;
  touch(chat, at);
  return record;
}

const reference = (record: SimRecord) => ({
  id: idOf(record),
  type: record.json.type ?? 'Unknown',
});

const mentionsIn = ({ people }: World, text: string) =>
  [...text.matchAll(/!\[:(\w+)\]\((\d+)\)/g)].map(([, type, id = '']) => ({
    id,
    type: people.has(id) ? 'Contact' : type,
  }));

export function addTask(
  world: World,
  chats: SimChat[],
  author: SimPerson,
  options: RecordOptions & { subject: string; assignees: SimPerson[] },
): SimRecord {
  return addRecord(world, 'tasks', author, {
    ...options,
    more: {
      ...{ type: 'Task', chatIds: chats.map(({ id }) => id), subject: options.subject },
      status: 'Pending',
      assignees: options.assignees.map(({ id }) => ({ id, status: 'Pending' })),
      completenessCondition: 'Simple',
      recurrence: { schedule: 'None', endingCondition: 'None' },
      ...options.more,
    },
  });
}

export function addNote(
  world: World,
  chat: SimChat,
  author: SimPerson,
  options: RecordOptions & { title: string; body: string; isDraft?: boolean },
): SimRecord {
  return addRecord(world, 'notes', author, {
    ...options,
    more: {
      ...{ type: 'Note', chatIds: [chat.id], title: options.title, body: options.body },
      ...{ status: options.isDraft ? 'Draft' : 'Active', ...options.more },
      lastModifiedBy: { id: author.id },
    },
  });
}

export function addEvent(
  world: World,
  chat: SimChat,
  author: SimPerson,
  options: RecordOptions & { subject: string; startTime: Date; endTime: Date },
): SimRecord {
  return addRecord(world, 'events', author, {
    ...options,
    more: {
      ...{ type: 'Event', chatIds: [chat.id], subject: options.subject },
      startTime: options.startTime.toISOString(),
      endTime: options.endTime.toISOString(),
      recurrence: { schedule: 'None', endingCondition: 'None' },
      ...options.more,
    },
  });
}

/** What was there before is gone: exports show the last state only. */
export function change(
  record: SimRecord,
  at: Date,
  changes: Record<string, unknown>,
): void {
  Object.assign(record.json, changes);
  record.modified = at;
}

export const remove = (record: SimRecord, at: Date): void =>
  change(record, at, { deleted: true });
