import type { MissingFile } from '../../archive/state/item.ts';
import { nameOf } from './fileKinds.ts';
import type { Downloads } from './files.ts';
import type { MeetingFile } from './meeting.ts';

/** Chats as they are, or why they have to wait. */
export type ReadTexts = Read | { kind: 'later'; reason: string };

interface Read {
  kind: 'read';
  contents: ChatContent[];
  missing: MissingFile[];
  /** Why one can't be had now, by the file's id. */
  later: Map<string, string>;
}

/** A chat or a log, and what is in it. */
export interface ChatContent {
  file: MeetingFile;
  text: string;
}

/**
 * Chats and logs as they are; one that can't be had now is waited for, unless it may follow, or
 * it is the last time.
 */
export async function readTexts(
  downloads: Downloads,
  files: MeetingFile[],
  options: { isLast: boolean; mayFollow: boolean; until: Date | undefined },
): Promise<ReadTexts> {
  const { isLast, mayFollow, until } = options;
  const read: Read = { kind: 'read', contents: [], missing: [], later: new Map() };
  for (const file of files) {
    if (file.status !== 'ready') {
      const reason = `Zoom says that it is ${file.status}.`;
      read.missing.push({ name: nameOf(file), reason });
      continue;
    }
    const outcome = await downloads.read(file, until);
    if (outcome.kind === 'text') {
      read.contents.push({ file, text: outcome.text });
      continue;
    }
    if (outcome.kind === 'later') {
      if (!isLast && !mayFollow) return outcome;
      read.later.set(file.id, outcome.reason);
    }
    read.missing.push(outcome.file);
  }
  return read;
}

/** Chats that follow when the logs do. */
export function allLater(chats: MeetingFile[], { later: logs }: Read): Read {
  const [reason = ''] = logs.values();
  const sentence = `${reason} It is tried again and follows as a supplement.`;
  return {
    ...{ kind: 'read', contents: [] },
    missing: chats.map((file) => ({ name: nameOf(file), reason: sentence })),
    later: new Map(chats.map(({ id }) => [id, reason])),
  };
}
