import type { FileStore } from '../connector.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import { BrokenAnswer, Refusal } from '../http/vendorFaults.ts';
import { SourceFailure } from '../page/sourceFaults.ts';
import type { RingCentralClient } from './client.ts';
import type { StoredDataset } from './exportState.ts';

/** "Each dataset is a ZIP archive the size of which is limited to 1 Gb"; with some room. */
const largestBytes = 4 * 1024 ** 3;

/** What became of a download. */
export type DatasetOutcome =
  | { kind: 'stored'; file: { path: string; bytes: number } }
  /** Its link is good no more. */
  | { kind: 'expired' };

/**
 * One ZIP, streamed to the connector's own files: its directory is at its end, and the link to it
 * lives shorter than the run may take. Throws `BrokenAnswer` inside, so that half of one is asked
 * for again.
 */
export async function storeDataset(
  client: RingCentralClient,
  files: FileStore,
  dataset: StoredDataset,
  until: Date,
): Promise<DatasetOutcome> {
  const url = URL.parse(dataset.uri);
  if (!url) {
    throw new SourceFailure('RingCentral gave no address for an export.', false);
  }
  try {
    const file = await client.dataset(url, until, (answer) =>
      store(answer, files, dataset.size),
    );
    return { kind: 'stored', file };
  } catch (error) {
    // What may be mended has a code of its own; the rest means that the link is too old.
    const isGone = error instanceof Refusal && [403, 404, 410].includes(error.status);
    if (isGone) return { kind: 'expired' };
    throw error;
  }
}

async function store(
  answer: Answer,
  files: FileStore,
  size: number | undefined,
): Promise<{ path: string; bytes: number }> {
  const { headers } = answer;
  if (/^text\/html/i.test(headers.get('content-type') ?? '')) {
    throw new BrokenAnswer('it is a web page and no ZIP');
  }
  const promised = Number(headers.get('content-length') ?? size ?? Number.NaN);
  if (promised > largestBytes) {
    throw new SourceFailure(
      `A dataset of the export has ${promised} bytes, more than RingCentral makes. Report it.`,
      false,
    );
  }
  const { path, bytes } = await files.put(answer.stream());
  if (Number.isNaN(promised) || bytes === promised) return { path, bytes };
  await files.remove(path);
  throw new BrokenAnswer('it has not the length that it says');
}
