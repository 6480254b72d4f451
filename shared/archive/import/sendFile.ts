import type { Attachments, UploadSession } from '../../mailbox/attachments.ts';
import { RemoteFault } from '../../mailbox/faults.ts';
import type { MessageFile } from '../../mailbox/message.ts';
import { BuildAgain } from './buildErrors.ts';
import type { Turn } from './turn.ts';
import type { UploadSessions } from './uploadSessions.ts';

/** How files go up. */
export interface UploadSizes {
  /** Files of so many bytes get a session; smaller ones may not have one. */
  sessionFrom: number;
  /** Bytes of a request: under 4 MB, and a multiple of 320 KiB. */
  chunk: number;
}

/** https://learn.microsoft.com/graph/outlook-large-attachments */
export const uploadSizes: UploadSizes = {
  // As one request in Base64 it would be 4 MiB, which Graph refuses.
  sessionFrom: 3_100_000,
  chunk: 3_932_160,
};

/** What sending a file needs. */
export interface SendFileDeps {
  attachments: Attachments;
  sessions: UploadSessions;
  turn: Turn;
  sizes: UploadSizes;
  /** Throws once the turn is over. */
  checkTurn(): void;
  /** Makes a request, and waits if the mailbox's pace asks for it. */
  paced<T>(request: () => Promise<T>): Promise<T>;
}

/** Adds one file to a message, from where an earlier turn left off. */
export async function sendFile(
  deps: SendFileDeps,
  target: { key: string; messageId: string },
  file: MessageFile,
  content: AsyncIterable<Buffer>,
): Promise<void> {
  const { attachments, sizes, paced } = deps;
  const opened =
    file.bytes < sizes.sessionFrom ? undefined : await openSession(deps, target, file);
  if (!opened) {
    const whole = await collect(content, file);
    await paced(() => attachments.post(target.messageId, file, whole));
    deps.turn.answered();
    return;
  }
  const { session, from } = opened;
  let at = from;
  for await (const chunk of chunksOf(content, from, sizes.chunk)) {
    await sendChunk(deps, session, at, chunk, file.bytes);
    at += chunk.byteLength;
  }
  if (at !== file.bytes) throw new BuildAgain();
}

/** The session of an earlier turn, if it is still good; undefined if the file is too small for one. */
async function openSession(
  { attachments, sessions, paced }: SendFileDeps,
  { key, messageId }: { key: string; messageId: string },
  file: MessageFile,
): Promise<{ session: UploadSession; from: number } | undefined> {
  const found = await sessions.find(key, messageId, file.name);
  const from = found && (await paced(() => attachments.next(found)));
  if (found && from !== undefined) return { session: found, from };
  try {
    const session = await paced(() => attachments.open(messageId, file));
    await sessions.keep(key, messageId, file.name, session);
    return { session, from: 0 };
  } catch (error) {
    if (error instanceof RemoteFault && error.code === tooSmall) return undefined;
    throw error;
  }
}

/** From how many bytes on sessions are granted is not documented to the byte. */
const tooSmall = 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize';

/** Until all of it has arrived; after a fault, the service knows from where on. */
async function sendChunk(
  deps: SendFileDeps,
  session: UploadSession,
  start: number,
  chunk: Buffer<ArrayBuffer>,
  total: number,
): Promise<void> {
  const { attachments, turn, paced } = deps;
  let at = start;
  const end = start + chunk.byteLength;
  while (at < end) {
    deps.checkTurn();
    try {
      const rest = chunk.subarray(at - start);
      await paced(() => attachments.put(session, at, rest, total));
      turn.answered();
      return;
    } catch (error) {
      if (!(error instanceof RemoteFault) || !isUncertain(error)) throw error;
      turn.slowDown(error);
      const next = await paced(() => attachments.next(session));
      // It is complete, has run out, or is not where we are: the list of files tells.
      if (next === undefined || next < start || next > end) throw new BuildAgain();
      at = next;
    }
  }
}

/** 416: another range is expected. 404: the session is not there any more. */
const isUncertain = ({ reaction, status }: RemoteFault): boolean =>
  reaction === 'unknown' || reaction === 'folderGone' || status === 416;

async function collect(content: AsyncIterable<Buffer>, { bytes }: MessageFile) {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of content) {
    chunks.push(chunk);
    size += chunk.byteLength;
  }
  if (size !== bytes) throw new BuildAgain();
  return Buffer.concat(chunks);
}

/**
 * What follows the first `skip` bytes, in pieces of that size. There is one buffer for all of
 * them: whoever gets a piece must be done with it before the next.
 */
async function* chunksOf(content: AsyncIterable<Buffer>, skip: number, size: number) {
  const buffer = Buffer.alloc(size);
  let left = skip;
  let filled = 0;
  for await (const piece of content) {
    let at = Math.min(left, piece.byteLength);
    left -= at;
    while (at < piece.byteLength) {
      const copied = piece.copy(buffer, filled, at);
      at += copied;
      filled += copied;
      if (filled < size) continue;
      yield buffer;
      filled = 0;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
