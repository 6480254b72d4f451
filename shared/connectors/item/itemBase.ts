import type { ArchiveItem, MissingFile } from '../../archive/state/item.ts';
import type { SourceRecord } from '../connector.ts';

/** What every item takes from its record as it is. */
export type ItemBase = Pick<
  ArchiveItem,
  'key' | 'itemId' | 'event' | 'at' | 'files' | 'missing' | 'partial' | 'changesKey'
>;

/** `raw`: what is known of what the item lacks. */
export const itemBase = (
  { key, itemId, event, at, files, changes }: SourceRecord,
  { missing, partial }: { missing: MissingFile[]; partial?: string | undefined },
): ItemBase => ({
  ...{ key, itemId, event, at: new Date(at), files, missing },
  ...(partial !== undefined && { partial }),
  ...(changes !== undefined && { changesKey: changes }),
});
