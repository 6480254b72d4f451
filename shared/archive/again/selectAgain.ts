import type { MailboxFor } from '../../directory/userMapping.ts';
import { type OpenLogRow, personKey, rowKeyOf } from '../../status/itemLog.ts';
import { withoutMailbox } from '../destinations.ts';
import { planRoutes } from '../routing.ts';
import type { Person } from '../state/item.ts';
import type { Manifest, ManifestEntry, Routes } from '../state/manifests.ts';
import type { LogRowRef } from '../state/order.ts';
import { safeKey } from '../state/tableKeys.ts';

/** A page that was delivered before, and its open rows in `ItemLog` of copies that failed. */
export interface EarlierPage {
  manifest: Manifest;
  routes: Routes;
  rows: OpenLogRow[];
}

/** Copies of a page that failed, for those whom they were for. */
export function selectFailed(
  { manifest, routes, rows }: EarlierPage,
  keys?: Set<string>,
): Manifest {
  const selection = createSelection();
  const entries = new Map(manifest.entries.map((entry) => [entry.key, entry]));
  const orders = new Map(
    [...planRoutes(manifest, routes).orders.values()].map((order) => [
      safeKey(order.mailbox.id),
      order,
    ]),
  );
  for (const row of rows) {
    const entry = entries.get(row.key);
    if (!entry || keys?.has(row.key) === false) continue;
    const roster = manifest.rosters[entry.roster] ?? [];
    const order = row.mailbox === '' ? undefined : orders.get(row.whose);
    const ids = order ? (order.sourceUsers.get(entry.roster) ?? []) : [row.sourceUserId];
    const people = roster.filter(({ id }) => ids.includes(id));
    if (people.length > 0) selection.add(entry, people, [row]);
    else if (order) selection.addForCatchAll(entry, row);
    // Nobody had a mailbox, and there was no catch-all: whoever has one now gets it.
    else selection.add(entry, roster, [row], row);
  }
  return selection.build();
}

/** Copies of a page for those who had no mailbox, and whom the custom mapping sends to one now. */
export function selectMapped(
  { manifest, routes, rows }: EarlierPage,
  mapping: { runId: string; people: Set<string>; mailboxFor: MailboxFor },
): Manifest {
  const { runId, people, mailboxFor } = mapping;
  const selection = createSelection();
  const rosters = manifest.rosters.map((roster) =>
    withoutMailbox(roster, routes).filter((person) => mailboxFor(person) !== undefined),
  );
  const failed = new Map(
    rows
      .filter(({ mailbox }) => mailbox === '')
      .map((row) => [copyName(row.key, row.sourceUserId ?? ''), row]),
  );
  for (const entry of manifest.entries) {
    for (const person of rosters[entry.roster] ?? []) {
      const copy = failed.get(copyName(entry.key, person.id));
      const nobodys = failed.get(copyName(entry.key, ''));
      const own = { runId, row: rowKeyOf(personKey, person.id) };
      const open = [people.has(person.id) ? own : undefined, copy].flatMap(
        (row) => row ?? [],
      );
      // Whose row is resolved has got it since.
      if (open.length === 0) continue;
      selection.add(entry, [person], nobodys ? [...open, nobodys] : open);
    }
  }
  return selection.build();
}

const copyName = (key: string, sourceUser: string) => `${key}\n${sourceUser}`;

interface Selected {
  entry: ManifestEntry;
  people: Set<Person>;
  refs: NonNullable<ManifestEntry['resolves']>;
}

function createSelection() {
  const selected = new Map<string, Selected>();

  function take(entry: ManifestEntry): Selected {
    const { audienceUnknown: _, ...rest } = entry;
    const one = selected.get(entry.key) ?? { entry: rest, people: new Set(), refs: [] };
    selected.set(entry.key, one);
    return one;
  }

  return {
    /** `nobodys`: the row that is resolved if the catch-all gets it in their stead. */
    add(entry: ManifestEntry, people: Person[], rows: LogRowRef[], nobodys?: LogRowRef) {
      const one = take(entry);
      for (const person of people) {
        one.people.add(person);
        one.refs.push(...rows.map((row) => refTo(row, person.id)));
      }
      if (nobodys) one.refs.push(refTo(nobodys, ''));
    },

    addForCatchAll(entry: ManifestEntry, row: LogRowRef) {
      const one = take(entry);
      one.refs.push(refTo(row, ''));
      one.entry = { ...one.entry, audienceUnknown: true };
    },

    build(): Manifest {
      const rosters = new Map<string, { index: number; people: Person[] }>();
      const entries = [...selected.values()].map(({ entry, people, refs }) => {
        const name = JSON.stringify([...people]);
        const roster = rosters.get(name) ?? { index: rosters.size, people: [...people] };
        rosters.set(name, roster);
        const resolves = [...refsBefore(entry, people), ...refs];
        return { ...entry, roster: roster.index, resolves };
      });
      return {
        rosters: [...rosters.values()].map(({ people }) => people),
        ...{ entries, rejects: [] },
      };
    },
  };
}

const refTo = ({ runId, row }: LogRowRef, sourceUser: string) => ({
  ...{ runId, row, sourceUser },
});

/** What the copy before was to resolve, this one resolves as well. */
function refsBefore({ resolves = [] }: ManifestEntry, people: Set<Person>) {
  const ids = new Set([...people].map(({ id }) => id));
  return resolves.filter(({ sourceUser }) => sourceUser === '' || ids.has(sourceUser));
}
