import pLimit from 'p-limit';
import type { MissingFile, StoredFile } from '../../archive/state/item.ts';
import type { NewGap, PageRequest } from '../connector.ts';
import { DropChanged, type DropFile, DropRefused, type DropStore } from '../dropStore.ts';
import type { ListedEvent } from './listing.ts';
import { folders, type SkypeSource } from './run.ts';

const inParallel = 4;

export interface Upload {
  files: StoredFile[];
  missing: MissingFile[];
  gaps: NewGap[];
}

const notThere = 'The uploaded file is not in persistent-chat/files/.';

/** The files of uploads, by the keys of their messages. */
export async function takeUploads(
  source: SkypeSource,
  request: PageRequest,
  listed: ListedEvent[],
): Promise<Map<string, Upload>> {
  const found = await findUploads(
    source.drop,
    listed.map(({ event }) => event.content),
  );
  const limit = pLimit(inParallel);
  const uploads = listed.map((item) =>
    limit(async (): Promise<[string, Upload]> => {
      const file = found.get(item.event.content);
      const stored = file && (await storeUpload(source, file));
      return [item.key, stored ? whole(stored) : later(request, item)];
    }),
  );
  return new Map(await Promise.all(uploads));
}

/**
 * Uploads by the names under which the server stored them. Such a name is a file's and no path,
 * whatever the compliance file says; the file may lie in any folder below.
 */
export async function findUploads(
  drop: DropStore,
  contents: string[],
): Promise<Map<string, DropFile>> {
  const found = new Map<string, DropFile>();
  const wanted = new Map<string, string[]>();
  const doubtful = new Set<string>();
  for (const content of new Set(contents)) {
    const name = storedName(content);
    if (!name) continue;
    const file = await drop.find(`${folders.uploads}${name}`);
    if (file) found.set(content, file);
    else
      wanted.set(name.toLowerCase(), [
        ...(wanted.get(name.toLowerCase()) ?? []),
        content,
      ]);
  }
  let [from, isLast]: [string | undefined, boolean] = [undefined, wanted.size === 0];
  while (!isLast) {
    const { files, next } = await drop.list(folders.uploads, from);
    for (const file of files) {
      const name = storedName(file.path).toLowerCase();
      for (const content of wanted.get(name) ?? []) {
        if (found.has(content)) doubtful.add(content);
        found.set(content, file);
      }
    }
    [from, isLast] = [next, next === undefined];
  }
  // Two files of one name in different folders: nobody may get the wrong one.
  for (const content of doubtful) found.delete(content);
  return found;
}

/** What a listing can't hold as one file's name names none. */
export function storedName(content: string): string {
  const name = content.split(/[/\\]/).at(-1)?.trim() ?? '';
  return /^\.*$/.test(name) || name.length > 255 ? '' : name;
}

/** Undefined if it was replaced meanwhile, or is refused: then it is looked for again. */
export async function storeUpload(
  { drop, deps }: SkypeSource,
  file: DropFile,
): Promise<StoredFile | undefined> {
  try {
    const stored = await deps.files.put(await drop.open(file));
    return { ...stored, name: storedName(file.path), contentType: file.contentType };
  } catch (error) {
    if (error instanceof DropChanged || error instanceof DropRefused) return undefined;
    throw error;
  }
}

const whole = (file: StoredFile): Upload => ({ files: [file], missing: [], gaps: [] });

function later({ page }: PageRequest, { key, at, itemId, event }: ListedEvent): Upload {
  const name = storedName(event.content) || 'a file without a name';
  const reason = `${notThere} It is looked for again and follows as a supplement.`;
  const retry = { kind: 'upload', page, key, at, name };
  const gap = {
    object: `upload:${key}`,
    itemId,
    reason: `${notThere} Upload it there.`,
    retry,
  };
  return { files: [], missing: [{ name, reason }], gaps: [gap] };
}
