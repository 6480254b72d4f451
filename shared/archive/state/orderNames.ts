import type { PageRef } from '../runs/runIds.ts';
import { safeKey } from './tableKeys.ts';

/** `MAILBOX/NAME-RUN-N`, below `imports`. */
export const orderPath = (ref: PageRef, mailboxId: string): string =>
  `${safeKey(mailboxId)}/${ref.connector}-${ref.runId}-${ref.page}`;

/** The pages whose orders these are; what is no path of an order is left out. */
export function orderPages(paths: string[]): PageRef[] {
  return paths.flatMap((path) => {
    const parts = /\/([a-z0-9-]{1,24})-(\d{8}T\d{6}Z-[0-9a-f]{4})-(\d+)$/.exec(path);
    const [, connector = '', runId = '', page] = parts ?? [];
    return parts ? [{ connector, runId, page: Number(page) }] : [];
  });
}
