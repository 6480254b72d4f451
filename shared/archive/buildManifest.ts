import type { Reject } from '../connectors/connector.ts';
import type { StoredEmail } from './state/emailStore.ts';
import type { ArchiveItem, Person } from './state/item.ts';
import type { Manifest } from './state/manifests.ts';

/** Collects entries in the page's order, whichever email is ready first. */
export function createManifestBuilder(rejects: Reject[]) {
  const rosters = new Map<string, { index: number; people: Person[] }>();
  const entries: { position: number; entry: Manifest['entries'][number] }[] = [];

  const rosterOf = (people: Person[]): number => {
    const name = JSON.stringify(people);
    const roster = rosters.get(name) ?? { index: rosters.size, people };
    rosters.set(name, roster);
    return roster.index;
  };

  return {
    reject: (reject: Reject) => void rejects.push(reject),
    add(position: number, item: ArchiveItem, stored: StoredEmail) {
      const partial = partialReason(item);
      entries.push({
        position,
        entry: {
          key: item.key,
          itemId: item.itemId,
          event: item.event,
          at: item.at.toISOString(),
          roster: rosterOf(item.participants),
          ...stored,
          ...(item.audienceUnknown && { audienceUnknown: true }),
          ...(partial && { partial }),
        },
      });
    },
    build: (): Manifest => ({
      entries: entries.sort((a, b) => a.position - b.position).map(({ entry }) => entry),
      rosters: [...rosters.values()].map(({ people }) => people),
      rejects,
    }),
  };
}

/** Why an email isn't all of its item; undefined if it is. */
function partialReason(item: ArchiveItem): string | undefined {
  const reasons = [...(item.partial ? [item.partial] : [])];
  if (item.missing.length > 0) {
    const why = [...new Set(item.missing.map(({ reason }) => reason))].join(' ');
    reasons.push(`${item.missing.length} of its files could not be archived. ${why}`);
  }
  return reasons.length > 0 ? reasons.join(' ') : undefined;
}
