import { z } from 'zod';
import { rejectSchema } from '../../connectors/connector.ts';
import { containers } from '../../names.ts';
import { type PageRef, pagePath } from '../runs/runIds.ts';
import { readJson, writeJson } from './blobs.ts';
import { itemEvents, personSchema } from './item.ts';
import { logRowRefSchema, orderEntrySchema } from './order.ts';
import type { ArchiveStorage } from './storage.ts';

/** One email of a page, and who gets it. */
const manifestEntrySchema = orderEntrySchema
  .omit({ sourceUsers: true, resolves: true })
  .extend({
    event: z.enum(itemEvents),
    /** Index into the manifest's `rosters`. */
    roster: z.number(),
    audienceUnknown: z.boolean().optional(),
    /**
     * Rows of earlier runs that a copy resolves, by the source's id of the person whose copy it
     * is; empty for a copy that is nobody's in particular.
     */
    resolves: z.array(logRowRefSchema.extend({ sourceUser: z.string() })).optional(),
  });
export type ManifestEntry = z.infer<typeof manifestEntrySchema>;

/** Runs that read no source: what a new custom mapping owes, and what failed before. */
export const laterRuns = ['mapping', 'replay'] as const;

/**
 * What converting leaves behind, or what a later run is to deliver of it: `manifests/NAME/RUN/N`,
 * written once.
 */
const manifestSchema = z.object({
  entries: z.array(manifestEntrySchema),
  /** Who gets it, each distinct group once: many items of a room share one. */
  rosters: z.array(z.array(personSchema)),
  /** Items that could not be read or converted. */
  rejects: z.array(rejectSchema),
  /** Set where this is what an earlier page, and not the source, still owes. */
  deliversAgain: z
    .object({ kind: z.enum(laterRuns), runId: z.string(), page: z.number() })
    .optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** An entry for which somebody should have a copy and has none. */
export interface Undelivered {
  key: string;
  itemId: string;
  event: string;
  at: string;
  /** The source's id of the person; empty where it is about nobody in particular. */
  sourceUser: string;
  /** A sentence that says what to do. */
  reason: string;
  emailPath: string;
}

const mailboxSchema = z.object({ id: z.string(), address: z.string() });

/**
 * What decides where a manifest's people get their copies: `manifests/NAME/RUN/N.routes`, written
 * once. It holds what was found, not what follows from it.
 */
const routesSchema = z.object({
  /** Address in lower case → mailbox. */
  mailboxes: z.record(z.string(), mailboxSchema),
  /**
   * People whose mailbox is settled by other means than their address: the custom mapping, or an
   * earlier run. `mailbox` is absent where the mapping's address has none.
   */
  settled: z
    .record(
      z.string(),
      z.object({ address: z.string(), mailbox: mailboxSchema.optional() }),
    )
    .default({}),
  /** Which version of the custom mapping this was found by. */
  mappingVersion: z.string().default(''),
  /** The organisation's own domains, lower case. */
  internalDomains: z.array(z.string()),
  /** Where copies go that no mailbox is found for. */
  catchAll: mailboxSchema.optional(),
  /** Why there is none: a sentence for the log. */
  withoutCatchAll: z.string(),
  /** `_USERS`: addresses or domains, lower case; absent lets everybody through. */
  users: z.array(z.string()).optional(),
});
export type Routes = z.infer<typeof routesSchema>;

/** The manifest of a page; undefined before it is converted. */
export const readManifest = async (storage: ArchiveStorage, ref: PageRef) =>
  (await readJson(storage.container(containers.manifests), pagePath(ref), manifestSchema))
    ?.value;

/** False if there is one already. */
export const keepManifest = (
  storage: ArchiveStorage,
  ref: PageRef,
  manifest: Manifest,
): Promise<boolean> =>
  writeJson(storage.container(containers.manifests), pagePath(ref), manifest, 'absent');

const routesPath = (ref: PageRef): string => `${pagePath(ref)}.routes`;

/** The routes of a page; undefined before its people are mapped. */
export const readRoutes = async (storage: ArchiveStorage, ref: PageRef) =>
  (await readJson(storage.container(containers.manifests), routesPath(ref), routesSchema))
    ?.value;

/** Keeps the routes, unless some are kept already. Returns those that are kept. */
export async function keepRoutes(
  storage: ArchiveStorage,
  ref: PageRef,
  routes: Routes,
): Promise<Routes> {
  const container = storage.container(containers.manifests);
  if (await writeJson(container, routesPath(ref), routes, 'absent')) return routes;
  const kept = await readRoutes(storage, ref);
  if (!kept) throw new Error(`The routes of ${pagePath(ref)} were removed meanwhile.`);
  return kept;
}

/** Numbers of the pages of a run that have a manifest, in no order. */
export async function manifestPages(
  storage: ArchiveStorage,
  connector: string,
  runId: string,
): Promise<number[]> {
  const prefix = `${connector}/${runId}/`;
  const container = storage.container(containers.manifests);
  const pages: number[] = [];
  for await (const { name } of container.listBlobsFlat({ prefix })) {
    const rest = name.slice(prefix.length);
    if (/^\d+$/.test(rest)) pages.push(Number(rest));
  }
  return pages;
}
