import type { ContainerClient } from '@azure/storage-blob';
import type { ReadEmailStream } from '../email/types.ts';
import { buildMessage, inlineBudget } from '../mailbox/message.ts';
import type { DueCopy } from './copyRows.ts';
import { openEmail } from './openEmail.ts';

/** A copy with the request that makes it; without one where there is a `failure`. */
export interface PreparedCopy extends DueCopy {
  body?: string;
}

export interface PrepareDeps {
  /** The container `emails`. */
  emails: ContainerClient;
  readEmail: ReadEmailStream;
  /** Most bytes of a request. */
  maxBytes: number;
}

/**
 * Reads a copy's email and builds its message. `filesFit`: false leaves all files out. Throws
 * where the storage has trouble.
 */
export async function prepareCopy(
  deps: PrepareDeps,
  folder: string,
  { entry, etag }: DueCopy,
  filesFit = true,
): Promise<PreparedCopy> {
  const { emails, readEmail, maxBytes } = deps;
  const budget = filesFit ? inlineBudget(maxBytes) : 0;
  const opened = await openEmail(emails, readEmail, entry, budget);
  if (opened.kind === 'unusable') return { entry, etag, failure: opened.reason };
  const target = { folder, emailPath: entry.emailPath, maxBytes };
  const { body, partial } = buildMessage(opened.email, target);
  const reasons = [entry.partial, partial].filter(Boolean);
  return {
    ...{ entry, etag, body },
    partial: reasons.length > 0 ? reasons.join(' ') : undefined,
  };
}
