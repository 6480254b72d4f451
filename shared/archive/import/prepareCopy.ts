import type { ContainerClient } from '@azure/storage-blob';
import type { ReadEmailStream } from '../../email/types.ts';
import {
  inlineBudget,
  isOneRequest,
  type MessagePlan,
  planMessage,
} from '../../mailbox/message.ts';
import type { SizeLimit } from '../../mailbox/sizeLimit.ts';
import { newBuild, readBuild, writeBuild } from './build.ts';
import type { DueCopy } from './copyRows.ts';
import { openEmail } from './openEmail.ts';

/** A copy with what makes it; without that where there is a `failure`. */
export interface PreparedCopy extends DueCopy {
  /** The one request that makes it. */
  body?: string;
  /** The messages to build where one request is not enough. */
  plan?: MessagePlan;
  /** The size of messages that it was planned for, in bytes. */
  limit?: number;
}

/** What reading an email and planning its messages needs. */
export interface PrepareDeps {
  /** The container `emails`. */
  emails: ContainerClient;
  readEmail: ReadEmailStream;
  /** Most bytes of a request. */
  maxBytes: number;
  sizeLimit: SizeLimit;
}

/**
 * Reads a copy's email and plans its messages. `inline`: false adds all files with requests of
 * their own. Throws where the storage has trouble.
 */
export async function prepareCopy(
  deps: PrepareDeps,
  folder: string,
  copy: DueCopy,
  inline = true,
): Promise<PreparedCopy> {
  const { emails, readEmail, maxBytes } = deps;
  const { entry, etag, build } = copy;
  // All that is left to do is to move it.
  if (readBuild(build)?.moving) return copy;
  const limit = deps.sizeLimit.bytes();
  const budget = inline ? inlineBudget(maxBytes) : 0;
  const opened = await openEmail(emails, readEmail, entry, budget);
  if (opened.kind === 'unusable') return { entry, etag, build, failure: opened.reason };
  const target = { folder, emailPath: entry.emailPath, maxBytes, maxMessageBytes: limit };
  const plan = planMessage(opened.email, target);
  const reasons = [entry.partial, plan.partial].filter(Boolean);
  const partial = reasons.length > 0 ? reasons.join(' ') : undefined;
  const [only] = plan.parts;
  if (only && build === undefined && isOneRequest(plan)) {
    return { entry, etag, partial, limit, body: only.body };
  }
  const begun = build ?? writeBuild(newBuild(limit));
  return { entry, etag, partial, plan, limit, build: begun };
}
