import { z } from 'zod';

/** What is known of somebody beside their id. */
export const knownPersonSchema = z.object({
  name: z.string().optional(),
  address: z.string().optional(),
});
export type KnownPerson = z.infer<typeof knownPersonSchema>;
