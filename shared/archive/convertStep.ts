import type { Readable } from 'node:stream';
import { RestError } from '@azure/storage-blob';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Connector, Reject, SourceRecord } from '../connectors/connector.ts';
import type { ComposeEmail, EmailOrigin } from '../email/types.ts';
import { messageOf } from '../errors.ts';
import { containers } from '../names.ts';
import type { RunProgress } from '../status/runProgress.ts';
import { createManifestBuilder } from './buildManifest.ts';
import type { DeliverQueue } from './deliverQueue.ts';
import { claimsOf } from './fetchStep.ts';
import { createOriginals } from './originals.ts';
import { type PageRef, pagePath } from './runs/runIds.ts';
import type { EmailStore, StoredEmail } from './state/emailStore.ts';
import type { ArchiveItem, StoredFile } from './state/item.ts';
import type { ItemIndex } from './state/itemIndex.ts';
import { keepManifest, type Manifest, readManifest } from './state/manifests.ts';
import { readSourcePage } from './state/sourcePages.ts';
import type { ArchiveStorage } from './state/storage.ts';

/** What converting a page needs. */
export interface ConvertDeps {
  storage: ArchiveStorage;
  index: ItemIndex;
  emails: EmailStore;
  progress: RunProgress;
  deliver: DeliverQueue;
  compose: ComposeEmail;
  limits: ConvertLimits;
}

/** What is converted at a time, over all pages of this process. */
export interface ConvertLimits {
  /** Pages in memory. */
  pages: LimitFunction;
  /** Emails composed and uploaded: each holds some megabytes of a large one. */
  emails: LimitFunction;
}

/** Either takes some 20 MB at its worst; many small emails are sooner done than fetched. */
export const convertLimits = (): ConvertLimits => ({
  pages: pLimit(3),
  emails: pLimit(16),
});

const composeTries = 3;

/** An item's conversion, or why there is none. */
type Converted = { item: ArchiveItem } | { reject: Reject };

/**
 * One page from `source-pages` to `emails` and `manifests`. Items that another page owns are
 * left to it; an item that can't be converted is a reject and stops no other.
 */
export async function convertStep(
  deps: ConvertDeps,
  connector: Connector,
  origin: EmailOrigin,
  ref: PageRef,
): Promise<void> {
  const kept = await readManifest(deps.storage, ref);
  const manifest =
    kept ?? (await deps.limits.pages(() => makeManifest(deps, connector, origin, ref)));
  if (!kept) await keepManifest(deps.storage, ref, manifest);
  await deps.progress.page(ref.connector, ref.runId, ref.page, {
    converted: manifest.entries.length,
  });
  await deps.deliver.send(ref);
}

async function makeManifest(
  deps: ConvertDeps,
  connector: Connector,
  origin: EmailOrigin,
  ref: PageRef,
): Promise<Manifest> {
  const page = await readSourcePage(deps.storage, ref);
  if (!page) throw new Error(`The source page ${pagePath(ref)} is not there.`);
  const own = await deps.index.claim(ref.connector, pagePath(ref), claimsOf(page));
  const records = page.records.filter((record) => own.has(record.key) && !record.waiting);
  const originals = createOriginals(deps, connector, ref, page);
  const openFile = fileOpener(deps.storage);
  const manifest = createManifestBuilder(page.rejects.filter(({ key }) => own.has(key)));

  await Promise.all(
    records.map((record, position) =>
      deps.limits.emails(async () => {
        const converted = await convertOne(connector, originals, record, page.context);
        if ('reject' in converted) return manifest.reject(converted.reject);
        const { item } = converted;
        const compose = () => deps.compose(item, origin, openFile);
        const stored = await keepEmail(deps.emails, ref, record, compose);
        if ('reject' in stored) manifest.reject(stored.reject);
        else manifest.add(position, item, stored);
      }),
    ),
  );
  return manifest.build();
}

async function convertOne(
  connector: Connector,
  originals: (key: string) => Promise<ArchiveItem | undefined>,
  record: SourceRecord,
  context: unknown,
): Promise<Converted> {
  const original = record.changes ? await originals(record.changes) : undefined;
  try {
    return { item: connector.convert(record, context, original) };
  } catch (error) {
    return { reject: rejectOf(record, error) };
  }
}

/** What breaks off may be whole next time; what stays broken is this item's fault alone. */
async function keepEmail(
  emails: EmailStore,
  ref: PageRef,
  record: SourceRecord,
  compose: () => Readable,
): Promise<StoredEmail | { reject: Reject }> {
  for (let tries = 1; ; tries++) {
    try {
      return await emails.keep(ref, record.key, compose());
    } catch (error) {
      if (isStorageTrouble(error)) throw error;
      if (tries === composeTries) return { reject: rejectOf(record, error) };
    }
  }
}

/** The storage itself refuses or is away; a file that is not there is the item's own trouble. */
const isStorageTrouble = (error: unknown): boolean =>
  error instanceof RestError && error.statusCode !== 404;

const rejectOf = ({ key, itemId, at }: SourceRecord, error: unknown): Reject => {
  const reason = `The item could not be made into an email: ${messageOf(error)} Its source is kept in source-pages; report it, and convert it again with a later version.`;
  return { key, itemId, at, reason };
};

function fileOpener(storage: ArchiveStorage) {
  const container = storage.container(containers.attachments);
  return async (file: StoredFile): Promise<Readable> => {
    const { readableStreamBody } = await container.getBlobClient(file.path).download();
    if (!readableStreamBody) throw new Error('The storage gave no stream for a file.');
    return readableStreamBody as Readable;
  };
}
