import type { Traces } from './roster.ts';
import {
  type Chat,
  chatSchema,
  eventSchema,
  type FileRecord,
  fileSchema,
  noteSchema,
  type Post,
  personSchema,
  postSchema,
  type TaskRecord,
  taskRecordSchema,
} from './schema.ts';
import type { KnownFile, Survey } from './surveyTypes.ts';

const longestTitle = 200;

/** A note that nobody but its author has seen, or that may be one: only an active one is told apart. */
export const isDraft = ({ status }: { status?: string | undefined }): boolean =>
  status?.toLowerCase() !== 'active';

/** Members and guests. */
export function notePerson({ people, accounts }: Survey, record: unknown): void {
  const person = personSchema.safeParse(record).data;
  if (!person) return;
  const name = [person.firstName, person.lastName].filter(Boolean).join(' ');
  const before = people.get(person.id);
  people.set(person.id, {
    ...before,
    ...(name !== '' && { name }),
    ...(person.email && { address: person.email }),
  });
  if (person.accountId) accounts.set(person.id, person.accountId);
}

/** The same chat may be in several ZIPs. */
export function noteChat({ chats, accounts }: Survey, record: unknown): void {
  const chat = chatSchema.safeParse(record).data;
  if (!chat) return;
  if (chat.accountId) accounts.set(`chat ${chat.id}`, chat.accountId);
  const before = chats.get(chat.id);
  const ids = [...(chat.memberIds ?? []), ...(chat.guestIds ?? [])];
  const all = [...new Set([...(before?.steady ?? []), ...ids])];
  chats.set(chat.id, {
    ...{ id: chat.id, type: chat.Type ?? chat.type ?? 'Unknown', stays: [] },
    ...(chat.name && { name: chat.name }),
    // A chat of nobody is one whose members are not told.
    ...(all.length > 0 && { steady: all }),
    ...(isPartial(chat) && { isPartial: true }),
    changed: chat.lastModifiedTime,
  });
}

const isPartial = ({ memberIds, totalMemberCount, guestIds, totalGuestCount }: Chat) =>
  (totalMemberCount ?? 0) > (memberIds?.length ?? 0) ||
  (totalGuestCount ?? 0) > (guestIds?.length ?? 0);

/** Where a file lies, and what it is called. */
export function noteFile({ files, things }: Survey, record: unknown): void {
  const file = fileSchema.safeParse(record).data;
  if (!file) return;
  files.set(file.id, knownFile(file));
  if (file.name) things.set(file.id, { type: 'File', title: titleOf(file.name) });
}

const knownFile = (file: FileRecord): KnownFile => ({
  name: file.name,
  size: file.size,
  uri: file.contentUri,
  isDeleted: file.deleted === true,
});

/** What a task is called, and which files it has. */
export function noteTask(survey: Survey, record: unknown): void {
  const task = taskRecordSchema.safeParse(record).data;
  if (!task) return;
  noteThing(survey, task.id, 'Task', task.subject);
  attach(survey, task, task.chatIds ?? []);
}

/** Of whatever type they are: only files are ever looked up. What is no item delivers nothing. */
function attach({ attached }: Survey, item: Post | TaskRecord, chats: string[]): void {
  if (!item.creationTime && !item.lastModifiedTime) return;
  for (const { id } of item.attachments ?? []) {
    attached.set(id, new Set([...(attached.get(id) ?? []), ...chats]));
  }
}

/** What a note is called, unless it is a draft. */
export function noteNote(survey: Survey, record: unknown): void {
  const note = noteSchema.safeParse(record).data;
  if (note) noteThing(survey, note.id, 'Note', isDraft(note) ? undefined : note.title);
}

/** What an event is called. */
export function noteEvent(survey: Survey, record: unknown): void {
  const event = eventSchema.safeParse(record).data;
  if (event) noteThing(survey, event.id, 'Event', event.subject);
}

function noteThing({ things }: Survey, id: string, type: string, title = ''): void {
  things.set(id, { type, title: titleOf(title) });
}

const titleOf = (title: string): string => title.slice(0, longestTitle);

/** Which files a post has, and, in the chats that are `asked` about, who wrote when. */
export function notePost(survey: Survey, record: unknown, asked: Set<string>): void {
  const post = postSchema.safeParse(record).data;
  if (!post) return;
  attach(survey, post, post.chatId === undefined ? [] : [post.chatId]);
  const { chatId, creator, creationTime } = post;
  if (!chatId || !creator || !creationTime || !asked.has(chatId)) return;
  const chat = survey.traces.get(chatId) ?? new Map<string, Traces>();
  const traces = chat.get(creator.id) ?? { first: creationTime, last: creationTime };
  if (creationTime < traces.first) traces.first = creationTime;
  if (creationTime > traces.last) traces.last = creationTime;
  chat.set(creator.id, traces);
  survey.traces.set(chatId, chat);
}
