import type { StoredFile } from '../../archive/state/item.ts';
import type { DropFile } from '../dropStore.ts';
import { readEml, type SessionFile } from './eml.ts';
import { bytesOf } from './openFile.ts';
import type { SkypeSource } from './run.ts';

/**
 * The attachments of a session, read once more, now that the session is known to be new: what
 * had been archived before costs no storage.
 */
export async function storeFiles(
  { drop, deps }: SkypeSource,
  file: DropFile,
  measured: SessionFile[],
): Promise<StoredFile[]> {
  if (measured.length === 0) return [];
  const stored: StoredFile[] = [];
  await readEml(bytesOf(drop, file), async (content, position) => {
    const { name = 'file', contentType = 'application/octet-stream' } =
      measured[position] ?? {};
    stored.push({ ...(await deps.files.put(content)), name, contentType });
  });
  return stored;
}
