import type { ArchiveItem, Person } from '../../archive/state/item.ts';

/** Who gets an item, as the item says it. */
export const audienceFields = (
  participants: Person[],
  isUnknown: boolean,
): Pick<ArchiveItem, 'participants' | 'audienceUnknown'> => ({
  participants,
  ...(isUnknown && { audienceUnknown: true }),
});
