import type { ArchiveItem } from '../../archive/state/item.ts';
import type { SourceRecord } from '../connector.ts';
import type { MeetingContext } from './meeting.ts';

/** What converting one record has at hand. */
export interface Setting {
  record: SourceRecord;
  /** The item that this one changes, if it was ever archived. */
  original: ArchiveItem | undefined;
  meeting: MeetingContext;
  /** What every item takes from its record as it is. */
  base: Pick<
    ArchiveItem,
    'key' | 'itemId' | 'event' | 'at' | 'files' | 'missing' | 'partial' | 'changesKey'
  > &
    Pick<ArchiveItem, 'conversation'>;
}
