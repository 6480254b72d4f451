import { z } from 'zod';
import type { Log } from '../log.ts';
import { containers } from '../names.ts';
import type { ItemLog } from '../status/itemLog.ts';
import { parseDeliverMessage } from './deliverQueue.ts';
import { parseRetryMessage } from './retryQueue.ts';
import { type PageRef, pagePath } from './runs/runIds.ts';
import { orderPages } from './state/orderNames.ts';
import type { ArchiveStorage } from './state/storage.ts';

/** A message that a function could not handle five times. */
export interface PoisonMessage {
  kind: 'deliver' | 'retry' | 'import';
  message: unknown;
}

const blobPoisonSchema = z.object({ BlobName: z.string() });

/**
 * Writes down what got stuck, where administrators look. It is not lost: the manifest or the
 * order is still there, and the sweep tries it again. Never throws, since a poison queue has no
 * poison queue of its own.
 */
export async function recordPoison(
  deps: { storage: ArchiveStorage; itemLog: ItemLog; log: Log },
  poison: PoisonMessage,
): Promise<void> {
  try {
    const pages = await stuckPages(deps.storage, poison);
    deps.log.error(
      `Stuck (${poison.kind}): ${pages.map(pagePath).join(', ') || 'unreadable'}`,
    );
    for (const page of pages) {
      await deps.itemLog.write(page.connector, page.runId, [
        {
          key: `page-${page.page}-${poison.kind}`,
          itemId: '',
          outcome: 'pending',
          reason: `Page ${page.page} of this run could not be ${verbs[poison.kind]} in five attempts. It is tried again with each sweep; if it stays, look for errors of ${functions[poison.kind]} in the app's log.`,
        },
      ]);
    }
  } catch (error) {
    deps.log.error(`A stuck message could not be recorded: ${String(error)}`);
  }
}

const verbs = { deliver: 'delivered', retry: 'imported', import: 'imported' };
const functions = {
  deliver: 'deliverEmails',
  retry: 'retryImports',
  import: 'importEmails',
};

async function stuckPages(storage: ArchiveStorage, poison: PoisonMessage) {
  if (poison.kind === 'deliver') {
    const message = parseDeliverMessage(poison.message);
    return message ? [message.ref] : [];
  }
  if (poison.kind === 'retry') {
    const message = parseRetryMessage(poison.message);
    return message ? ordersOf(storage, `${message.mailbox}/`) : [];
  }
  const blob = blobPoisonSchema.safeParse(poison.message);
  return blob.success ? orderPages([blob.data.BlobName]) : [];
}

async function ordersOf(storage: ArchiveStorage, prefix: string): Promise<PageRef[]> {
  const names: string[] = [];
  for await (const blob of storage
    .container(containers.imports)
    .listBlobsFlat({ prefix })) {
    names.push(blob.name);
  }
  return orderPages(names);
}
