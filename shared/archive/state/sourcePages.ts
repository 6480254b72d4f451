import { z } from 'zod';
import {
  newGapSchema,
  rejectSchema,
  sourceRecordSchema,
} from '../../connectors/connector.ts';
import { containers } from '../../names.ts';
import { type PageRef, pagePath } from '../runs/runIds.ts';
import { readJson, writeJson } from './blobs.ts';
import type { ArchiveStorage } from './storage.ts';

/** What fetching leaves behind: `source-pages/NAME/RUN/N`, written once. */
const sourcePageSchema = z.object({
  records: z.array(sourceRecordSchema),
  rejects: z.array(rejectSchema),
  context: z.unknown(),
  gaps: z.array(newGapSchema),
  resolvedGaps: z.array(z.string()),
  givenUpGaps: z.array(z.string()).default([]),
  settled: z.array(z.object({ key: z.string(), at: z.string() })).optional(),
  next: z.string().optional(),
  sourceReported: z.number().optional(),
  /** Items found, and those of them that an earlier run archived. */
  available: z.number(),
  reread: z.number(),
});
export type SourcePage = z.infer<typeof sourcePageSchema>;

/** The page as it was kept; undefined if there is none. */
export async function readSourcePage(
  storage: ArchiveStorage,
  ref: PageRef,
): Promise<SourcePage | undefined> {
  const container = storage.container(containers.sourcePages);
  return (await readJson(container, pagePath(ref), sourcePageSchema))?.value;
}

/** Keeps a page, unless one is kept already. Returns the one that is kept. */
export async function keepSourcePage(
  storage: ArchiveStorage,
  ref: PageRef,
  page: SourcePage,
): Promise<SourcePage> {
  const container = storage.container(containers.sourcePages);
  if (await writeJson(container, pagePath(ref), page, 'absent')) return page;
  const kept = await readSourcePage(storage, ref);
  if (!kept) throw new Error(`The source page ${pagePath(ref)} was removed meanwhile.`);
  return kept;
}

/** Reads pages, and remembers the last `most` of them: a page may be some megabytes. */
export function createPageLoader(storage: ArchiveStorage, most: number) {
  const pages = new Map<string, Promise<SourcePage | undefined>>();
  return function load(ref: PageRef): Promise<SourcePage | undefined> {
    const path = pagePath(ref);
    const page = pages.get(path) ?? readSourcePage(storage, ref);
    pages.delete(path);
    pages.set(path, page);
    const [oldest = path] = pages.keys();
    if (pages.size > most) pages.delete(oldest);
    return page;
  };
}
