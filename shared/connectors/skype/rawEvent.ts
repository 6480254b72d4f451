import { z } from 'zod';

/** The attributes of an element, by their names in the file. */
export const attributesSchema = z.record(z.string(), z.string());
export type Attributes = z.infer<typeof attributesSchema>;

/** One element of `Messages`, as it stands in the file. */
export const rawEventSchema = z.object({
  element: z.string(),
  message: attributesSchema,
  sender: attributesSchema.optional(),
  time: attributesSchema.optional(),
});
export type RawEvent = z.infer<typeof rawEventSchema>;

/** A place in a file from which reading can go on. */
export const placeSchema = z.object({
  encoding: z.string(),
  /** Bytes from the beginning of the file. */
  offset: z.number(),
  /** The elements that are open there, by their names in the file. */
  open: z.array(z.string()),
  /** The rooms of the conversation that is open there. */
  channels: z.array(attributesSchema),
});
export type Place = z.infer<typeof placeSchema>;

/** An event, and where it stands. */
export interface FoundEvent {
  event: RawEvent;
  channels: Attributes[];
  /** Behind the event. */
  place: Place;
}
