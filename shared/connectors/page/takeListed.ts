import type { ItemRef } from '../connector.ts';
import type { PageDraft } from './pageDraft.ts';
import { inTurns } from './turns.ts';

/** Something that the vendor listed. */
export interface ListedRef extends ItemRef {
  /** Tells it from its neighbours in the list when that is read again. */
  mark: string;
}

/** How far a list has been gone through. */
export interface ListPlace {
  /** The mark of the last one that was looked at; undefined at the list's beginning. */
  after?: string | undefined;
  /** Beginnings of the keys of those before it that are fresh, but had to be left. */
  due?: string[] | undefined;
}

/** Told from known ones at a time. */
const batchSize = 200;

/** As much of a key as tells it from the others of a page. */
const dueMark = (key: string): string => key.slice(0, 12);

/**
 * Takes what nobody has seen before of a list, from a place on, as long as the page has room.
 * Each is looked up, and counted, once, also where the list goes on over several pages: `moveTo`
 * gets the place to go on from. True if nothing is left. A pause that the vendor wants is thrown.
 */
export async function takeListed<Listed extends ListedRef>(
  page: PageDraft,
  list: Listed[],
  from: ListPlace,
  take: (one: Listed) => Promise<void>,
  moveTo: (place: ListPlace) => void,
): Promise<boolean> {
  const { owed, rest } = leftOf(list, from);
  let due: string[] = [];

  async function takeFresh(
    after: string | undefined,
    fresh: Listed[],
    isOwed = false,
  ): Promise<void> {
    const now = fresh.slice(0, Math.max(1, page.itemsLeft()));
    const { undone, pause } = await inTurns(page, now, take);
    due = [...undone, ...fresh.slice(now.length)].map(({ key }) => dueMark(key));
    moveTo({ after, due: due.length > 0 ? due : undefined });
    // Where nothing was looked up and nothing came of it, the page is where it was.
    if (!isOwed || undone.length < now.length) page.touch();
    if (pause) throw pause;
  }

  // An earlier page has counted them, so that this one doesn't look them up.
  page.once(owed);
  if (owed.length > 0) await takeFresh(from.after, owed, true);
  while (rest.length > 0 && due.length === 0 && !page.isFull()) {
    const batch = rest.splice(0, Math.min(batchSize, page.itemsLeft()));
    await takeFresh(batch.at(-1)?.mark, await page.freshOf(batch));
  }
  return rest.length === 0 && due.length === 0;
}

/** What the page before has left of the list: fresh ones that it owes, and the rest. */
function leftOf<Listed extends ListedRef>(list: Listed[], { after, due }: ListPlace) {
  const place = list.findIndex(({ mark }) => mark === after);
  const owes = ({ key }: Listed) => due?.includes(dueMark(key)) ?? false;
  // If the place is gone, all is looked at again: what is known by now is sifted out.
  return {
    owed: [...new Map(list.filter(owes).map((one) => [one.key, one])).values()],
    rest: list.slice(place + 1).filter((one) => !owes(one)),
  };
}
