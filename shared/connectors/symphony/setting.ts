import type { ArchiveItem, Person } from '../../archive/state/item.ts';
import type { SourceRecord } from '../connector.ts';
import type { ItemBase } from '../item/itemBase.ts';

/** What converting one record has at hand. */
export interface Setting {
  record: SourceRecord;
  /** The item that this one changes, if it was ever archived. */
  original: ArchiveItem | undefined;
  organisation: string;
  author: Person;
  conversation: ArchiveItem['conversation'];
  /** Who could read what was said then, as the email's participants. */
  audience(at: Date): Pick<ArchiveItem, 'participants' | 'audienceUnknown'>;
  /** What every item takes from its record as it is. */
  base: ItemBase;
}
