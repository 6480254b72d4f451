import { z } from 'zod';
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
export const id = z.union([z.string().min(1), z.number().transform(String)]);

/** Fields that are null, or of another type than documented, are as good as absent. */
export const text = z.string().optional().catch(undefined);
export const flag = z.boolean().optional().catch(undefined);
export const count = z.number().optional().catch(undefined);
export const time = instant.optional().catch(undefined);
export const reference = z.looseObject({ id }).optional().catch(undefined);

/** Elements that can't be read are left out. */
export const listOf = <T>(element: z.ZodType<T>) =>
  z
    .array(element.nullable().catch(null))
    .transform((all) => all.filter((one) => one !== null))
    .optional()
    .catch(undefined);

export const ids = listOf(id);

/** What stands for a value of another type than documented; null is as good as absent. */
export const unlessNull = <T>(value: unknown, some: T): T | undefined =>
  value === null || value === undefined ? undefined : some;
