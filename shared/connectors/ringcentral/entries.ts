import { createHash } from 'node:crypto';
import type { FileStore } from '../connector.ts';
import type { FinishedTask } from './exportState.ts';
import { type RawRecord, splitRecords } from './splitRecords.ts';
import { BadZip, openZip, type ZipEntry } from './zip.ts';

/** Folders whose records become items, in the order in which they are read. */
export const itemFolders = ['posts', 'tasks', 'notes', 'events', 'files'] as const;
export type ItemFolder = (typeof itemFolders)[number];
const sharedFolders = ['members', 'guests', 'chats'] as const;
/**
 * The folders of an export; `unknown` stands for all that nobody has heard of, and `misplaced` for
 * files whose names are in none.
 */
export type Folder =
  | ItemFolder
  | (typeof sharedFolders)[number]
  | 'unknown'
  | 'misplaced';

/** A file of the export: `{"records": […]}`. */
export interface ExportFile {
  folder: Folder;
  /** The folder as the export calls it. */
  called: string;
  dataset: string;
  /** Its place among the files of its dataset that have the same folder. */
  order: string;
  records(skip?: number): AsyncGenerator<RawRecord>;
  /** Reads it to its end, whatever its records are; rejects with `BadZip` if it is not whole. */
  verify(): Promise<void>;
}

/** What lies in the ZIPs of an export. */
export interface ExportContents {
  files: ExportFile[];
  /** Datasets that can't be read at all, and why. */
  broken: { dataset: string; reason: string }[];
  /** Files that are no records. */
  leftAlone: number;
}

/** Its records, but the first `skip`. */
const createRecords = (entry: ZipEntry) => (skip?: number) =>
  splitRecords(entry.read(), skip);

const createVerify = (entry: ZipEntry) => async (): Promise<void> => {
  const chunks = entry.read()[Symbol.asyncIterator]();
  while (!(await chunks.next()).done);
};

/** The directories of all ZIPs of an export. */
export async function listContents(
  store: FileStore,
  { datasets }: FinishedTask,
): Promise<ExportContents> {
  const contents: ExportContents = { files: [], broken: [], leftAlone: 0 };
  for (const { id, file } of datasets) {
    if (!file) continue;
    try {
      for (const [index, entry] of (await openZip(store, file)).entries()) {
        if (isKnownExtra(entry.name)) continue;
        const listed = fileOf(id, entry) ?? misplacedFile(id, index, entry);
        if (listed) contents.files.push(listed);
        else contents.leftAlone++;
      }
    } catch (error) {
      if (!(error instanceof BadZip)) throw error;
      contents.broken.push({ dataset: id, reason: error.message });
    }
  }
  contents.files.sort(byPlace);
  return contents;
}

/** A folder, or what the export says of its own task. */
const isKnownExtra = (name: string) =>
  !leadsElsewhere.test(name) && /\/$|(^|\/)request_info\.json$/.test(name);

/** `posts/posts_1.json`, in whatever folder the export puts around it. */
const recordFile = /^(?:[^/]+\/)?([A-Za-z_-]{1,40})\/([^/]+)\.json$/i;
const leadsElsewhere = /^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\p{Cc}/u;

function fileOf(dataset: string, entry: ZipEntry): ExportFile | undefined {
  if (leadsElsewhere.test(entry.name)) return undefined;
  const [, called = '', name] = recordFile.exec(entry.name.replaceAll('\\', '/')) ?? [];
  if (name === undefined) return undefined;
  const known = [...itemFolders, ...sharedFolders].find(
    (folder) => folder === called.toLowerCase(),
  );
  return {
    folder: known ?? 'unknown',
    ...{ called, dataset, order: name },
    ...{ records: createRecords(entry), verify: createVerify(entry) },
  };
}

/** It may hold records, and must not be missed in silence: one reject stands for all of it. */
function misplacedFile(
  dataset: string,
  index: number,
  entry: ZipEntry,
): ExportFile | undefined {
  const { name, bytes, checksum } = entry;
  if (!leadsElsewhere.test(name) && !/\.json$/i.test(name)) return undefined;
  const sha256 = createHash('sha256')
    .update(JSON.stringify([name, bytes, checksum]))
    .digest('hex');
  const place = `file ${index + 1} of dataset ${dataset}`;
  return {
    ...{ folder: 'misplaced', called: 'misplaced', dataset, order: sha256 },
    async *records(skip = 0) {
      if (skip === 0) yield { kind: 'misplaced', place, sha256 };
    },
    verify: createVerify(entry),
  };
}

const places: string[] = [...sharedFolders, ...itemFolders, 'unknown', 'misplaced'];
const natural = new Intl.Collator('en', { numeric: true });

/** The same for the same export, however its ZIPs are packed. */
const byPlace = (a: ExportFile, b: ExportFile): number =>
  places.indexOf(a.folder) - places.indexOf(b.folder) ||
  natural.compare(a.dataset, b.dataset) ||
  natural.compare(a.order, b.order);
