import type { ItemLog, ItemLogRow } from '../../status/itemLog.ts';
import { type ResultLine, writeResults } from '../../status/results.ts';
import type { RunProgress } from '../../status/runProgress.ts';
import type { CopyResult, ImportOrder } from '../state/order.ts';
import type { ArchiveStorage } from '../state/storage.ts';

/** Where outcomes are written down. */
export interface RecordDeps {
  storage: ArchiveStorage;
  itemLog: ItemLog;
  progress: RunProgress;
  now: () => Date;
}

/**
 * What administrators learn of an order that has ended: `ItemLog`, `results`, `RunProgress`, in
 * this order. Doing it twice changes nothing.
 */
export async function recordOrder(
  deps: RecordDeps,
  order: ImportOrder,
  results: CopyResult[],
): Promise<void> {
  const { connector, runId, page, mailboxId } = order;
  await deps.itemLog.write(connector, runId, results.flatMap(logRow(order)));
  const made = results.filter(({ outcome }) => outcome !== 'failed');
  await deps.itemLog.resolve(
    connector,
    made.flatMap(({ entry }) => entry.resolves ?? []),
  );
  const time = deps.now().toISOString();
  const lines = results.map((result) => resultLine(order, result, time));
  await writeResults(deps.storage, { connector, runId, page, mailboxId }, lines);
  const counts = { imported: 0, partial: 0, skipped: 0, failed: 0 };
  for (const { outcome } of results) counts[outcome]++;
  await deps.progress.copies(connector, runId, page, mailboxId, counts);
}

const logRow =
  (order: ImportOrder) =>
  ({ entry, outcome, reason }: CopyResult): ItemLogRow[] => {
    if (outcome !== 'partial' && outcome !== 'failed') return [];
    const sourceUserId = entry.sourceUsers.join(' ');
    return [
      {
        key: entry.key,
        itemId: entry.itemId,
        ...(sourceUserId && { sourceUserId }),
        mailbox: order.mailbox,
        mailboxId: order.mailboxId,
        page: order.page,
        outcome,
        reason: reason ?? '',
        emailPath: entry.emailPath,
      },
    ];
  };

const resultLine = (
  order: ImportOrder,
  { entry, outcome, reason, messageId }: CopyResult,
  time: string,
): ResultLine => ({
  itemId: entry.itemId,
  key: entry.key,
  event: entry.event,
  date: entry.at,
  sourceUser: entry.sourceUsers.join(' '),
  mailbox: order.mailbox,
  outcome,
  reason: reason ?? '',
  messageId: messageId ?? '',
  sha256: entry.sha256,
  time,
});
