import type { MissingFile, StoredFile } from '../../archive/state/item.ts';
import type { NewGap } from '../connector.ts';
import { filesIn } from './filesIn.ts';
import { gapObjects } from './gapKinds.ts';
import type { PageWork, Source } from './pageWork.ts';
import type { StreamInfo } from './records.ts';
import type { Message } from './schema.ts';

/** What became of the files of a message, in their order. */
export interface Files {
  stored: StoredFile[];
  missing: MissingFile[];
  gaps: NewGap[];
}

/** Of what has none. */
export const noFiles = (): Files => ({ stored: [], missing: [], gaps: [] });

/** Downloads the files of a message side by side; what can't be had now is a gap. */
export async function storeFiles(
  source: Source,
  work: PageWork,
  info: StreamInfo,
  message: Message,
  key: string,
): Promise<Files> {
  const files = noFiles();
  const { page, limits } = work.request;
  const outcomes = await Promise.all(
    filesIn(message, info.id).map((file) => source.downloads(file, limits.until)),
  );
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.kind === 'stored') files.stored.push(outcome.file);
    else files.missing.push(outcome.file);
    if (outcome.kind !== 'later') continue;
    const retry = { kind: 'file', page, key, index };
    const object = gapObjects.file(key, index);
    files.gaps.push({ object, itemId: message.messageId, reason: outcome.reason, retry });
  }
  return files;
}
