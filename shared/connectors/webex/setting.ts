import type { ArchiveItem } from '../../archive/state/item.ts';
import type { SourceRecord } from '../connector.ts';
import type { ItemBase } from '../item/itemBase.ts';
import type { Folk } from './folk.ts';

/** What converting one record has at hand. */
export interface Setting {
  record: SourceRecord;
  /** The item that this one changes, if it was ever archived. */
  original: ArchiveItem | undefined;
  organisation: string;
  folk: Folk;
  conversation(roomId: string): ArchiveItem['conversation'];
  /** What every item takes from its record as it is. */
  base: ItemBase;
}
