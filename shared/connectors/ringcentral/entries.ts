import type { FileStore } from '../connector.ts';
import type { FinishedTask } from './exportState.ts';
import { splitRecords } from './splitRecords.ts';
import { BadZip, openZip, type ZipEntry } from './zip.ts';

/** Folders whose records become items, in the order in which they are read. */
export const itemFolders = ['posts', 'tasks', 'notes', 'events', 'files'] as const;
export type ItemFolder = (typeof itemFolders)[number];
const sharedFolders = ['members', 'guests', 'chats'] as const;
/** The folders of an export; `unknown` stands for all that nobody has heard of. */
export type Folder = ItemFolder | (typeof sharedFolders)[number] | 'unknown';

/** A file of the export: `{"records": […]}`. */
export interface ExportFile {
  folder: Folder;
  /** The folder as the export calls it. */
  called: string;
  dataset: string;
  /** Its place among the files of its dataset that have the same folder. */
  order: string;
  records: ReturnType<typeof createRecords>;
}

/** What lies in the ZIPs of an export. */
export interface ExportContents {
  files: ExportFile[];
  /** Datasets that can't be read at all, and why. */
  broken: { dataset: string; reason: string }[];
  /** Files that are no records, or whose names lead out of the export. */
  leftAlone: number;
}

/** Its records, but the first `skip`. */
const createRecords = (entry: ZipEntry) => (skip?: number) =>
  splitRecords(entry.read(), skip);

/** The directories of all ZIPs of an export. */
export async function listContents(
  store: FileStore,
  { datasets }: FinishedTask,
): Promise<ExportContents> {
  const contents: ExportContents = { files: [], broken: [], leftAlone: 0 };
  for (const { id, file } of datasets) {
    if (!file) continue;
    try {
      for (const entry of await openZip(store, file)) {
        const listed = fileOf(id, entry);
        if (listed) contents.files.push(listed);
        else if (isLeftAlone(entry.name)) contents.leftAlone++;
      }
    } catch (error) {
      if (!(error instanceof BadZip)) throw error;
      contents.broken.push({ dataset: id, reason: error.message });
    }
  }
  contents.files.sort(byPlace);
  return contents;
}

const isLeftAlone = (name: string) =>
  !name.endsWith('/') && !/(^|\/)request_info\.json$/.test(name);

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
    ...{ called, dataset, order: name, records: createRecords(entry) },
  };
}

const places: string[] = [...sharedFolders, ...itemFolders, 'unknown'];
const natural = new Intl.Collator('en', { numeric: true });

/** The same for the same export, however its ZIPs are packed. */
const byPlace = (a: ExportFile, b: ExportFile): number =>
  places.indexOf(a.folder) - places.indexOf(b.folder) ||
  natural.compare(a.dataset, b.dataset) ||
  natural.compare(a.order, b.order);
