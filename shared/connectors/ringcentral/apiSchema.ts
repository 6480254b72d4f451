import { z } from 'zod';
import { count, id, listOf, reference, text, time } from './fields.ts';

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
