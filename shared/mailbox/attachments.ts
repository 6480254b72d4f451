import { z } from 'zod';
import { RemoteFault } from './faults.ts';
import type { Graph } from './graphClient.ts';

/** A file as Exchange lists it; its size may include what the store adds. */
export interface ListedFile {
  name: string;
  size: number;
}

/** A file that is to be added; `bytes`: its size. */
export interface NewFile {
  name: string;
  contentType: string;
  bytes: number;
}

/** A pre-signed URL, and until when it is good: milliseconds since 1970. */
export interface UploadSession {
  url: string;
  /** Milliseconds since 1970; everything must be there by then. */
  expiresAt: number;
}

/** A file of a message that is being built. `graph` leads through the mailbox's gate. */
export interface Attachments {
  list(messageId: string): Promise<ListedFile[]>;
  /** With one request, for files under 3 MB. */
  post(messageId: string, file: NewFile, content: Buffer): Promise<void>;
  open(messageId: string, file: NewFile): Promise<UploadSession>;
  /** Where the session goes on, in bytes; undefined where it is over. */
  next(session: UploadSession): Promise<number | undefined>;
  /** Sends what begins at that byte. */
  put(
    session: UploadSession,
    start: number,
    chunk: Buffer<ArrayBuffer>,
    total: number,
  ): Promise<void>;
}

const listSchema = z.object({
  value: z.array(z.object({ name: z.string().nullish(), size: z.number() })),
});
const sessionSchema = z.object({
  uploadUrl: z.string(),
  expirationDateTime: z.string().transform((at) => Date.parse(at) || 0),
});
/** One value or a range, and in more than one casing. */
const statusSchema = z
  .looseObject({})
  .transform((status) => {
    const entries = Object.entries(status);
    return entries.find(([name]) => name.toLowerCase() === 'nextexpectedranges')?.[1];
  })
  .pipe(z.array(z.string().regex(/^\d+/)).min(1));

/** https://learn.microsoft.com/graph/outlook-large-attachments */
export function createAttachments(graph: Graph, mailboxId: string): Attachments {
  const path = (messageId: string) =>
    `/users/${encodeURIComponent(mailboxId)}/messages/${encodeURIComponent(messageId)}/attachments`;

  return {
    async list(messageId) {
      const { value } = await graph.request({
        ...{ method: 'GET', answer: listSchema },
        path: `${path(messageId)}?$select=name,size`,
      });
      return value.map(({ name, size }) => ({ name: name ?? '', size }));
    },
    async post(messageId, file, content) {
      await graph.request({
        ...{ method: 'POST', path: path(messageId), answer: z.unknown() },
        body: JSON.stringify(inlineFile(file, content)),
      });
    },
    async open(messageId, { name, contentType, bytes }) {
      const item = { attachmentType: 'file', name, size: bytes, contentType };
      const opened = await graph.request({
        ...{ method: 'POST', path: `${path(messageId)}/createUploadSession` },
        ...{ body: JSON.stringify({ AttachmentItem: item }), answer: sessionSchema },
        // A session that nobody uses harms nobody.
        repeatable: true,
      });
      return { url: opened.uploadUrl, expiresAt: opened.expirationDateTime };
    },
    async next({ url }) {
      try {
        const ranges = await graph.upload({ method: 'GET', url, answer: statusSchema });
        return Number.parseInt(ranges[0] ?? '', 10);
      } catch (error) {
        const isOver = error instanceof RemoteFault && [404, 410].includes(error.status);
        if (isOver) return undefined;
        throw error;
      }
    },
    async put({ url }, start, chunk, total) {
      const range = `bytes ${start}-${start + chunk.byteLength - 1}/${total}`;
      await graph.upload({
        ...{ method: 'PUT', url, body: chunk, answer: z.unknown() },
        headers: { 'Content-Type': 'application/octet-stream', 'Content-Range': range },
      });
    },
  };
}

/** A file inside a request's JSON. */
export const inlineFile = (
  { name, contentType }: Pick<NewFile, 'name' | 'contentType'>,
  content: Buffer,
) => ({
  ...{ '@odata.type': '#microsoft.graph.fileAttachment', name, contentType },
  contentBytes: content.toString('base64'),
});
