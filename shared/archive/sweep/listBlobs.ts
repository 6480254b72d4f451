import type { ArchiveStorage } from '../state/storage.ts';

/** A blob, and how long ago it was written, in milliseconds. */
export interface Found {
  name: string;
  ageMs: number;
}

/** The blobs under a prefix, by name. */
export async function listBlobs(
  { storage, now }: { storage: ArchiveStorage; now: () => Date },
  container: string,
  prefix: string,
): Promise<Found[]> {
  const found: Found[] = [];
  const nowMs = now().getTime();
  for await (const blob of storage.container(container).listBlobsFlat({ prefix })) {
    found.push({
      name: blob.name,
      ageMs: nowMs - blob.properties.lastModified.getTime(),
    });
  }
  return found;
}
