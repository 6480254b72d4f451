import { z } from 'zod';
import { rejectSchema } from '../connectors/connector.ts';
import { containers } from '../names.ts';
import { readJson, writeJson } from './blobs.ts';
import { itemEvents, personSchema } from './item.ts';
import { orderEntrySchema } from './order.ts';
import { type PageRef, pagePath } from './runIds.ts';
import type { ArchiveStorage } from './storage.ts';

/** One email of a page, and who gets it. */
export const manifestEntrySchema = orderEntrySchema.omit({ sourceUsers: true }).extend({
  event: z.enum(itemEvents),
  /** Index into the manifest's `rosters`. */
  roster: z.number(),
  audienceUnknown: z.boolean().optional(),
});
export type ManifestEntry = z.infer<typeof manifestEntrySchema>;

/** What converting leaves behind: `manifests/NAME/RUN/N`, written once. */
export const manifestSchema = z.object({
  entries: z.array(manifestEntrySchema),
  /** Who gets it, each distinct group once: many items of a room share one. */
  rosters: z.array(z.array(personSchema)),
  /** Items that could not be read or converted. */
  rejects: z.array(rejectSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** An entry for which somebody should have a copy and has none. */
export const undeliveredSchema = z.object({
  key: z.string(),
  itemId: z.string(),
  event: z.string(),
  at: z.string(),
  sourceUser: z.string(),
  reason: z.string(),
  emailPath: z.string(),
});
export type Undelivered = z.infer<typeof undeliveredSchema>;

/** Who of a manifest's people goes where: `manifests/NAME/RUN/N.routes`, written once. */
export const routesSchema = z.object({
  orders: z.array(
    z.object({
      mailboxId: z.string(),
      mailbox: z.string(),
      entries: z.array(z.object({ key: z.string(), sourceUsers: z.array(z.string()) })),
    }),
  ),
  failed: z.array(undeliveredSchema),
  /** People from outside, by the source's id. */
  unmapped: z.array(z.string()),
  /** Copies that `_USERS` keeps out. */
  excluded: z.number(),
});
export type Routes = z.infer<typeof routesSchema>;

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

export const routesPath = (ref: PageRef): string => `${pagePath(ref)}.routes`;

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
