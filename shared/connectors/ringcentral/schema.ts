import { z } from 'zod';
import { content } from '../item/content.ts';
import { isPlausible } from '../item/plausible.ts';

const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;
const zoned = /(Z|[+-]\d\d:?\d\d)$|^[^T]*$/i;

/** ISO 8601, and UTC where no zone is told: some of the vendor's samples have none. */
export const instant = z
  .string()
  .regex(isoTime, 'This is no date.')
  .transform((text) => new Date(zoned.test(text) ? text : `${text}Z`))
  .refine((date) => isPlausible(date.getTime()), 'This is no date.')
  .transform((date) => date.toISOString());

/** Strings, says the documentation; a number is as good. */
const id = z.union([z.string().min(1), z.number().transform(String)]);

/** Fields that are null, or of another type than documented, are as good as absent. */
const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const count = z.number().optional().catch(undefined);
const time = instant.optional().catch(undefined);
const reference = z.looseObject({ id }).optional().catch(undefined);

/** Elements that can't be read are left out. */
const listOf = <T>(element: z.ZodType<T>) =>
  z
    .array(element.nullable().catch(null))
    .transform((all) => all.filter((one) => one !== null))
    .optional()
    .catch(undefined);

const ids = listOf(id);

/** What stands for a value of another type than documented; null is as good as absent. */
const unlessNull = <T>(value: unknown, some: T): T | undefined =>
  value === null || value === undefined ? undefined : some;

/** A chat that can't be read is one of which nobody is known, and not none. */
const someChat = 'unreadable';
const chatId = id.optional().catch(({ value }) => unlessNull(value, someChat));
const chatIds = z
  .array(id.catch(someChat))
  .optional()
  .catch(({ value }) => unlessNull(value, [someChat]));

/** https://developers.ringcentral.com/guide/basics/errors, and RFC 6749 for tokens. */
export const errorAnswerSchema = z
  .looseObject({
    errors: listOf(z.looseObject({ errorCode: text })),
    errorCode: text,
    error: text,
  })
  .catch({});

/** One ZIP of a finished task. */
export const datasetSchema = z.looseObject({ id, uri: z.string(), size: count });
export type Dataset = z.infer<typeof datasetSchema>;

/** https://developers.ringcentral.com/guide/team-messaging/manual/compliance-export */
export const taskSchema = z.looseObject({
  id,
  status: z.string().catch(''),
  creationTime: time,
  lastModifiedTime: time,
  creator: reference,
  specific: z
    .looseObject({
      timeFrom: time,
      timeTo: time,
      contacts: z.array(z.unknown()).optional().catch(undefined),
      chatIds: z.array(z.unknown()).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  // One that can't be read has no address, so that the export is not taken for whole.
  datasets: z
    .array(datasetSchema.catch({ id: '', uri: '', size: undefined }))
    .optional()
    .catch(undefined),
});
export type ExportTask = z.infer<typeof taskSchema>;

/** Tasks are parsed one by one, so that an odd one hides no other. */
export const taskListSchema = z.looseObject({
  tasks: listOf(taskSchema).transform((tasks) => tasks ?? []),
  paging: z.looseObject({ totalPages: count }).optional().catch(undefined),
});

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
