import pLimit from 'p-limit';
import type { ItemRef } from '../connector.ts';
import type { DropFile } from '../dropStore.ts';
import type { Cursor } from './cursor.ts';
import { readEml, type Session, throwIfCut } from './eml.ts';
import { bytesOf, guarded } from './openFile.ts';
import { fileGap } from './pageWork.ts';
import { keys } from './records.ts';
import { folders, type Run } from './run.ts';
import { contentOf, sessionOf } from './sessions.ts';
import { storeFiles } from './storeFiles.ts';
import { walk } from './walk.ts';

const filesTogether = 16;
const inParallel = 4;

/** A session's file that has been read. */
export interface ReadSession extends ItemRef {
  file: DropFile;
  session: Session;
  /** Archived as far as it goes: the sentence that says so. */
  partial?: string;
}

/** The sessions that Export-CsArchivingData wrote. */
export const readSessions = (run: Run, cursor: Cursor): Promise<void> =>
  walk(run, cursor, {
    prefix: folders.eml,
    batch: filesTogether,
    isWanted: () => true,
    async visit(files) {
      const limit = pLimit(inParallel);
      const read = await Promise.all(
        files.map((file) =>
          limit(() => guarded(run, file, () => readSession(run, file))),
        ),
      );
      await takeSessions(
        run,
        read.filter((one) => one !== undefined),
      );
      return undefined;
    },
  });

/** With `partial` also a file that breaks off. */
export async function readSession(
  { source }: Run,
  file: DropFile,
  partial?: string,
): Promise<ReadSession> {
  const session = await readEml(bytesOf(source.drop, file));
  if (partial === undefined) throwIfCut(session);
  const key = keys.session(contentOf(session));
  const at = session.at ?? new Date(0).toISOString();
  return { key, at, file, session, ...(partial !== undefined && { partial }) };
}

export async function takeSessions(run: Run, read: ReadSession[]): Promise<void> {
  const { source, work } = run;
  // Of two states of one session that are new, the one that has grown is the later one.
  const inOrder = read.toSorted(
    (a, b) => a.session.text.length - b.session.text.length || (a.key < b.key ? -1 : 1),
  );
  const fresh = await work.freshOf(inOrder);
  const former = await source.sessions.formerOf(
    fresh.map(({ session, key }) => ({ session: sessionOf(session), key })),
  );
  const taken = new Set(read);
  for (const one of fresh) {
    const isWhole = await guarded(run, one.file, () =>
      addRecord(run, one, former.get(one.key)),
    );
    if (isWhole) continue;
    // Nor are others taken that hold the same.
    for (const same of read) if (same.key === one.key) taken.delete(same);
  }
  for (const { file } of taken) {
    work.take(file);
    if (work.gap(fileGap(file.path))) work.resolve(fileGap(file.path), false);
  }
}

async function addRecord(
  { source, work }: Run,
  { key, at, file, session, partial }: ReadSession,
  former: string | undefined,
): Promise<boolean> {
  const files = await storeFiles(source, file, session.files);
  const { headers, subject, author, people, text, html } = session;
  const raw = {
    ...{ kind: 'session', headers, subject, people, text, missing: [] },
    hasDate: session.at !== undefined,
    ...(author && { author }),
    ...(html !== undefined && { html }),
    ...(partial !== undefined && { partial }),
  };
  // Nothing of the email depends on what the file was called.
  const itemId = session.messageId ?? sessionOf(session).slice(0, 32);
  const change = former
    ? { event: 'edited' as const, changes: former }
    : { event: 'created' as const };
  work.add({ record: { key, itemId, at, ...change, raw, files } });
  return true;
}
