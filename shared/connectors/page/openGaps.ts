import type { OpenGap } from '../connector.ts';
import type { PageDraft } from './pageDraft.ts';
import { inTurns } from './turns.ts';

/** A gap with its place in the list, which stays where it is when others are resolved. */
export interface PlacedGap {
  place: string;
  gap: OpenGap;
}

const gapsAtATime = 8;

/** The gaps behind a place, the oldest first; all of them without one. */
export const gapsAfter = (gaps: OpenGap[], place: string | undefined): PlacedGap[] =>
  gaps
    .map((gap) => ({ place: `${gap.firstSeenAt.toISOString()} ${gap.object}`, gap }))
    .filter((one) => one.place > (place ?? ''))
    .sort((a, b) => (a.place < b.place ? -1 : 1));

/**
 * Tries the first few gaps side by side. `moveTo` gets the place of the last one before which
 * nothing is left. A pause that the vendor wants is thrown after that.
 */
export async function retryTogether(
  page: PageDraft,
  gaps: PlacedGap[],
  retry: (gap: OpenGap) => Promise<void>,
  moveTo: (place: string) => void,
): Promise<void> {
  const batch = gaps.slice(0, Math.min(gapsAtATime, page.itemsLeft()));
  const { undone, pause } = await inTurns(page, batch, async ({ gap }) => {
    await retry(gap);
    page.touch();
  });
  const firstUndone = batch.findIndex((one) => undone.includes(one));
  const last = batch.at(firstUndone < 0 ? -1 : firstUndone - 1);
  if (last && firstUndone !== 0) moveTo(last.place);
  if (pause) throw pause;
}
