import { z } from 'zod';

/** Containers of the archive itself: nothing that was dropped lies there. */
const ownContainers = new Set([
  'source-pages',
  'attachments',
  'emails',
  'manifests',
  'imports',
  'results',
  'config',
  'state',
]);

export const skypeSettingsSchema = z.object({
  DROP_CONTAINER: z
    .string()
    .trim()
    .regex(
      /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
      'A container has 3 to 63 lower-case letters, digits and "-": correct the name.',
    )
    .refine(
      (name) => !ownContainers.has(name),
      'This is a container of the archive itself: name one that only exports go to.',
    )
    .default('skype-drop')
    .describe('The blob container that the Skype server uploads its exports to'),
});

export type SkypeSettings = z.infer<typeof skypeSettingsSchema>;
