import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ContainerClient } from '@azure/storage-blob';
import type { ReadEmail, ReadEmailStream } from '../../email/types.ts';
import { messageOf } from '../../errors.ts';
import { answered } from '../state/blobs.ts';
import type { OrderEntry } from '../state/order.ts';

/** An email of the archive, read; or why it can't be: a sentence. */
export type OpenedEmail =
  | { kind: 'email'; email: ReadEmail }
  /** It is not what the order says; `reason` is a sentence. */
  | { kind: 'unusable'; reason: string };

/**
 * The email that an order's entry names, read as a stream and compared with the entry: its
 * SHA-256 and its key. Throws where the storage has trouble, which says nothing of the email.
 */
export async function openEmail(
  container: ContainerClient,
  readEmail: ReadEmailStream,
  entry: OrderEntry,
  inlineBudget: number,
): Promise<OpenedEmail> {
  if (!isPlainPath(entry.emailPath)) return unusable('its path is not one of an email');
  const content = await download(container, entry.emailPath);
  if (!content) {
    return unusable(`emails/${entry.emailPath} is not there. Restore it if you can`);
  }
  const source = hashed(content);
  let email: ReadEmail | undefined;
  try {
    email = await readEmail(source.stream, inlineBudget);
  } catch (error) {
    if (source.trouble()) throw source.trouble();
    return unusable(lowerFirst(messageOf(error)).replace(/\.$/, ''));
  }
  if (source.sha256() !== entry.sha256) {
    return unusable(
      `emails/${entry.emailPath} was changed since: its SHA-256 is another`,
    );
  }
  if (email.key === entry.key) return { kind: 'email', email };
  return unusable(`emails/${entry.emailPath} is the email of another item`);
}

/**
 * Reads an email once more, and gives each of the wanted files to `take` as it comes by. What
 * `take` throws ends the reading, and so does the last file.
 */
export async function readFiles<T>(
  container: ContainerClient,
  readEmail: ReadEmailStream,
  entry: OrderEntry,
  wanted: Map<number, T>,
  take: (one: T, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  if (wanted.size === 0) return;
  const content = await download(container, entry.emailPath);
  if (!content) throw new Error(`emails/${entry.emailPath} is not there any more.`);
  const left = new Map(wanted);
  let thrown: { error: unknown } | undefined;
  try {
    await readEmail(hashed(content).stream, 0, async (index, file) => {
      const one = left.get(index);
      if (!one) return;
      try {
        await take(one, file);
      } catch (error) {
        thrown = { error };
        throw error;
      }
      left.delete(index);
      if (left.size === 0) throw new Error('That was the last file.');
    });
  } catch (error) {
    if (thrown) throw thrown.error;
    if (left.size > 0) throw error;
  }
}

const unusable = (why: string): OpenedEmail => ({
  kind: 'unusable',
  reason: `The archived email was not imported: ${why}.`,
});

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** A path with dots for a folder would lead out of the container. */
function isPlainPath(path: string): boolean {
  const segments = path.split('/');
  return (
    path.length <= 1024 &&
    !path.includes('\\') &&
    segments.every((segment) => !['', '.', '..'].includes(segment))
  );
}

async function download(container: ContainerClient, path: string) {
  try {
    const answer = await container
      .getBlobClient(path)
      .download(0, undefined, { maxRetryRequests: 3 });
    return answer.readableStreamBody;
  } catch (error) {
    if (answered(error, 400, 404)) return undefined;
    throw error;
  }
}

/** Passes the content on, and remembers its hash and whether it broke off. */
function hashed(content: NodeJS.ReadableStream) {
  const hash = createHash('sha256');
  let trouble: Error | undefined;
  async function* pass() {
    try {
      for await (const chunk of content) {
        hash.update(chunk);
        yield chunk;
      }
    } catch (error) {
      trouble = error instanceof Error ? error : new Error(String(error));
      throw trouble;
    }
  }
  return {
    stream: Readable.from(pass(), { objectMode: false }),
    sha256: () => hash.digest('hex'),
    trouble: () => trouble,
  };
}
