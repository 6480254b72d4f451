import { z } from 'zod';
import { content } from '../item/content.ts';
import {
  count,
  flag,
  id,
  ids,
  listOf,
  reference,
  text,
  time,
  unlessNull,
} from './fields.ts';

/** A chat that can't be read is one of which nobody is known, and not none. */
const someChat = 'unreadable';
const chatId = id.optional().catch(({ value }) => unlessNull(value, someChat));
const chatIds = z
  .array(id.catch(someChat))
  .optional()
  .catch(({ value }) => unlessNull(value, [someChat]));

const unreadable = { id: 'unreadable', type: 'File', contentUri: '', name: undefined };
/** One that can't be read still holds its place. */
const attachments = z
  .array(
    z.looseObject({ id, type: text, contentUri: text, name: text }).catch(unreadable),
  )
  .optional()
  .catch(({ value }) => unlessNull(value, [unreadable]));

/** What all records of an export have that become items. */
const common = {
  id,
  creationTime: time,
  lastModifiedTime: time,
  creator: reference,
  lastModifiedBy: reference,
  deleted: flag,
};

/** https://developers.ringcentral.com/guide/team-messaging/manual/compliance-export-structure */
export const postSchema = z.looseObject({
  ...common,
  chatId,
  chainId: id.optional().catch(undefined),
  text: content,
  attachments,
  mentions: listOf(z.looseObject({ id, type: text, name: text })),
});
export type Post = z.infer<typeof postSchema>;

/** One who can't be read is somebody all the same. */
const somebody = { id: 'unreadable', status: undefined };
const assignees = z
  .array(z.looseObject({ id, status: text }).catch(somebody))
  .optional()
  .catch(({ value }) => unlessNull(value, [somebody]));

const recurrence = z
  .looseObject({
    schedule: text,
    endingCondition: text,
    endingAfter: count,
    endingOn: text,
  })
  .optional()
  .catch(undefined);

/** A task that people have to do. */
export const taskRecordSchema = z.looseObject({
  ...common,
  chatIds,
  status: text,
  subject: content,
  assignees,
  completenessCondition: text,
  completenessPercentage: count,
  startDate: text,
  dueDate: text,
  section: text,
  description: content,
  recurrence,
  attachments,
});
export type TaskRecord = z.infer<typeof taskRecordSchema>;

/** A note; `body` is HTML. */
export const noteSchema = z.looseObject({
  ...common,
  chatIds,
  status: content,
  title: content,
  body: content,
});
export type Note = z.infer<typeof noteSchema>;

/** An entry of a calendar. */
export const eventSchema = z.looseObject({
  ...common,
  chatIds,
  subject: content,
  startTime: text,
  endTime: text,
  location: content,
  description: content,
  recurrence,
});
export type EventRecord = z.infer<typeof eventSchema>;

/** A file; its content lies at `contentUri`. */
export const fileSchema = z.looseObject({
  ...common,
  chatIds,
  name: text,
  size: count,
  contentUri: text,
});
export type FileRecord = z.infer<typeof fileSchema>;

/** `Type` has a capital in the documentation of exports, and none in that of the API. */
export const chatSchema = z.looseObject({
  id,
  accountId: id.optional().catch(undefined),
  creationTime: time,
  lastModifiedTime: time,
  Type: text,
  type: text,
  name: text,
  totalMemberCount: count,
  memberIds: ids,
  totalGuestCount: count,
  guestIds: ids,
});
export type Chat = z.infer<typeof chatSchema>;

/** A member or a guest. */
export const personSchema = z.looseObject({
  id,
  accountId: id.optional().catch(undefined),
  firstName: text,
  lastName: text,
  email: text,
});

/** A record of a folder that nobody has heard of. */
export const otherSchema = z.looseObject(common);

/** To find one's way with what is no record. */
export const anyRecordSchema = z.looseObject({
  id: id.optional().catch(undefined),
  creationTime: time,
});
