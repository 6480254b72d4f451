import type { OpenGap, SourceRecord } from '../connector.ts';
import type { Found } from './pageDraft.ts';

/** What one more try came to. `filled`: it is in the archive, or the log says that it can't be. */
export type GapEnd = 'open' | 'filled' | 'givenUp';

/** What was missing did not come this time either. */
export const unfilled = (gap: OpenGap): GapEnd => (gap.expired ? 'givenUp' : 'open');

/** What follows an item that was archived without it. */
export const supplementOf = (
  first: SourceRecord,
  key: string,
  raw: object,
  files: SourceRecord['files'],
): Found => ({
  record: {
    ...{ key, itemId: first.itemId, at: first.at },
    ...{ event: 'supplemented', changes: first.key, raw, files },
  },
});

/** Nothing of the item was archived, and what it was is not known any more: the log says so. */
export const lostItem = (gap: OpenGap, key: string): Found => ({
  reject: {
    ...{ key, itemId: gap.itemId, at: gap.firstSeenAt.toISOString() },
    reason: `${gap.reason} What was known of it is no longer kept.`,
  },
});
