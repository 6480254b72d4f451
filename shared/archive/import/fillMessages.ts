import type { ContainerClient } from '@azure/storage-blob';
import type { ReadEmailStream } from '../../email/types.ts';
import type { ListedFile } from '../../mailbox/attachments.ts';
import type { MessageFile, MessagePart } from '../../mailbox/message.ts';
import type { OrderEntry } from '../state/order.ts';
import { BuildBroken } from './buildErrors.ts';
import { readFiles } from './openEmail.ts';
import { type SendFileDeps, sendFile } from './sendFile.ts';

/** What adding files to messages needs. */
export interface FillDeps extends SendFileDeps {
  emails: ContainerClient;
  readEmail: ReadEmailStream;
  /** Told how large a message is going to be, before a file is added to it. */
  growing(bytes: number): void;
}

/** A message that was made, and what it should hold. */
export interface Unfilled {
  messageId: string;
  part: MessagePart;
}

interface Missing {
  messageId: string;
  file: MessageFile;
  /** Shared by all files of a message. */
  size: { bytes: number };
}

/**
 * Adds the files that messages lack, while the email is read as a stream. True if they lacked
 * none: then they are complete.
 */
export async function fillMessages(
  deps: FillDeps,
  entry: OrderEntry,
  messages: Unfilled[],
): Promise<boolean> {
  const missing: Missing[] = [];
  for (const { messageId, part } of messages) {
    const listed = await deps.paced(() => deps.attachments.list(messageId));
    const { files, extra } = compare(part.files, listed);
    if (extra > 0) throw new BuildBroken();
    const size = { bytes: listed.reduce((sum, file) => sum + file.size, 0) };
    missing.push(...files.map((file) => ({ messageId, file, size })));
  }
  if (missing.length === 0) return true;

  async function send(one: Missing, content: AsyncIterable<Buffer>): Promise<void> {
    deps.checkTurn();
    one.size.bytes += one.file.bytes;
    deps.growing(one.size.bytes);
    await sendFile(deps, { key: entry.key, messageId: one.messageId }, one.file, content);
  }

  const streamed = new Map<number, Missing>();
  for (const one of missing) {
    const { index, content } = one.file;
    if (index !== undefined) streamed.set(index, one);
    else if (content) await send(one, once(content));
  }
  await readFiles(deps.emails, deps.readEmail, entry, streamed, send);
  return false;
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}

/** The most that the store adds to a file's size. */
const overhead = 64 * 1024;

/** What is missing of the files, and how many are there that should not be. */
function compare(files: MessageFile[], listed: ListedFile[]) {
  const left = [...listed];
  const missing = files.filter((file) => {
    const at = left.findIndex(
      ({ name, size }) =>
        plain(name) === plain(file.name) &&
        size >= file.bytes &&
        size <= file.bytes + overhead,
    );
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return { files: missing, extra: left.length };
}

const plain = (name: string): string => name.normalize('NFC').trim().toLowerCase();
