import { z } from 'zod';

const stagedSchema = z.object({ id: z.string(), folderId: z.string() });

const buildSchema = z.object({
  /** The size of messages that its parts were planned for, in bytes. */
  limit: z.number(),
  /** The messages, by part; null where none was made yet. */
  parts: z.array(stagedSchema.nullable()),
  /** All parts are complete: nothing but moving them is left, the first part last. */
  moving: z.boolean(),
  /** How often it was begun anew. */
  restarts: z.number(),
});

/**
 * What the ledger knows of a message that takes more than one request. Only messages that it
 * names are ever moved, so that nothing else in the staging folder matters.
 */
export type Build = z.infer<typeof buildSchema>;

/** A build of which nothing is made yet. `limit`: bytes of a message. */
export const newBuild = (limit: number): Build => ({
  ...{ limit, parts: [], moving: false, restarts: 0 },
});

/** As the ledger keeps it: JSON. */
export const writeBuild = (build: Build): string => JSON.stringify(build);

/** Undefined where there is none. */
export function readBuild(text: string | undefined): Build | undefined {
  return text === undefined ? undefined : buildSchema.parse(JSON.parse(text));
}
