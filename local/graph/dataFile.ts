import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { MailboxChange } from './mailbox.ts';
import { storedFolderSchema, storedMessageSchema } from './model.ts';

const changeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), folder: storedFolderSchema }),
  z.object({ kind: z.literal('message'), message: storedMessageSchema }),
  z.object({ kind: z.literal('noFolder'), id: z.string() }),
  z.object({ kind: z.literal('noMessage'), id: z.string() }),
]);
const journalLineSchema = z.object({ userId: z.string(), change: changeSchema });

const dataSchema = z.object({
  version: z.literal(1),
  mailboxes: z.record(
    z.string(),
    z.object({
      folders: z.array(storedFolderSchema),
      messages: z.array(storedMessageSchema),
    }),
  ),
});
export type MailboxData = z.infer<typeof dataSchema>['mailboxes'];

export interface DataFile {
  /** Everything that was ever announced: the file, then what the journal has beyond it. */
  load(apply: (userId: string, change: MailboxChange) => void): void;
  /** Written before the client gets its answer, so that a kill loses nothing answered. */
  append(userId: string, change: MailboxChange): void;
  /** Replaces the file as a whole, and empties the journal. */
  save(mailboxes: MailboxData): void;
}

/**
 * Mailboxes on disk: a JSON file, and beside it a journal of the changes since. Applying a change
 * twice changes nothing, so a kill between replacing the file and emptying the journal is harmless.
 */
export function openDataFile(path: string): DataFile {
  const journal = `${path}.journal`;
  mkdirSync(dirname(path), { recursive: true });
  return {
    load(apply) {
      for (const [userId, { folders, messages }] of Object.entries(readWhole(path))) {
        for (const folder of folders) apply(userId, { kind: 'folder', folder });
        for (const message of messages) apply(userId, { kind: 'message', message });
      }
      for (const { userId, change } of readJournal(journal)) apply(userId, change);
    },
    append(userId, change) {
      appendFileSync(journal, `${JSON.stringify({ userId, change })}\n`);
    },
    save(mailboxes) {
      const fresh = `${path}.new`;
      writeFileSync(fresh, JSON.stringify({ version: 1, mailboxes }));
      renameSync(fresh, path);
      writeFileSync(journal, '');
    },
  };
}

function readWhole(path: string): MailboxData {
  if (!existsSync(path)) return {};
  return dataSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).mailboxes;
}

function readJournal(path: string): z.infer<typeof journalLineSchema>[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // Without its line end the last line is what a kill left half written.
  return lines.slice(0, -1).map((line) => journalLineSchema.parse(JSON.parse(line)));
}
