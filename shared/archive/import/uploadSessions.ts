import { z } from 'zod';
import type { UploadSession } from '../../mailbox/attachments.ts';
import { containers } from '../../names.ts';
import { readJson } from '../state/blobs.ts';
import type { ArchiveStorage } from '../state/storage.ts';
import { safeKey } from '../state/tableKeys.ts';

const noteSchema = z.object({
  messageId: z.string(),
  name: z.string(),
  url: z.string(),
  expiresAt: z.number(),
});
type Note = z.infer<typeof noteSchema>;

/** The file of an email that is being uploaded, so that the next turn can go on with it. */
export interface UploadSessions {
  find(key: string, messageId: string, name: string): Promise<UploadSession | undefined>;
  keep(
    key: string,
    messageId: string,
    name: string,
    session: UploadSession,
  ): Promise<void>;
  /** Forgets all of this mailbox. */
  clear(): Promise<void>;
}

/** Blobs under `state/uploads/MAILBOX/`; a URL is good for an hour or so, and for one file. */
export function createUploadSessions(
  storage: ArchiveStorage,
  mailbox: string,
): UploadSessions {
  const container = storage.container(containers.state);
  const prefix = `uploads/${safeKey(mailbox)}/`;
  const known = new Map<string, Note>();

  return {
    async find(key, messageId, name) {
      const note =
        known.get(key) ??
        (await readJson(container, `${prefix}${safeKey(key)}`, noteSchema))?.value;
      const fits = note?.messageId === messageId && note.name === name;
      return fits ? { url: note.url, expiresAt: note.expiresAt } : undefined;
    },
    async keep(key, messageId, name, { url, expiresAt }) {
      const note: Note = { messageId, name, url, expiresAt };
      known.set(key, note);
      const body = JSON.stringify(note);
      const blob = container.getBlockBlobClient(`${prefix}${safeKey(key)}`);
      await blob.upload(body, Buffer.byteLength(body));
    },
    async clear() {
      known.clear();
      for await (const { name } of container.listBlobsFlat({ prefix })) {
        await container.getBlobClient(name).deleteIfExists();
      }
    },
  };
}
