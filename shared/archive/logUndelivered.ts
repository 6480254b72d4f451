import { type ItemLog, type ItemLogRow, personKey } from '../status/itemLog.ts';
import { type ResultLine, writeResults } from '../status/results.ts';
import type { RunProgress } from '../status/runProgress.ts';
import { addressOf } from './destinations.ts';
import type { RoutingPlan } from './routing.ts';
import type { PageRef } from './runs/runIds.ts';
import type { Manifest, Undelivered } from './state/manifests.ts';
import type { ArchiveStorage } from './state/storage.ts';

/** Where what reaches nobody is written down. */
export interface LogDeps {
  storage: ArchiveStorage;
  progress: RunProgress;
  itemLog: ItemLog;
  now: () => Date;
}

/** An item that could not be read or converted, as a copy that nobody gets. */
export const rejected = (reject: Manifest['rejects'][number]): Undelivered => ({
  key: reject.key,
  itemId: reject.itemId,
  event: '',
  at: reject.at,
  sourceUser: '',
  reason: reject.reason,
  emailPath: '',
});

/** Tells administrators who gets no copy of a page, and why. Doing it twice changes nothing. */
export async function logUndelivered(
  deps: LogDeps,
  ref: PageRef,
  { rosters }: Manifest,
  { failed, unmapped, homeless }: Omit<RoutingPlan, 'orders' | 'excluded'>,
): Promise<void> {
  const { connector, runId, page } = ref;
  const addresses = new Map(
    rosters.flat().map((person) => [person.id, addressOf(person)]),
  );
  const withAddress = (row: ItemLogRow): ItemLogRow => {
    const sourceAddress = addresses.get(row.sourceUserId ?? '');
    return sourceAddress ? { ...row, sourceAddress } : row;
  };
  const rows = [
    ...failed.map((copy) => failedRow(copy, page)),
    ...unmapped.map((user) =>
      personRow(user, addresses.get(user) ? fromOutside : withoutAddress),
    ),
    ...homeless.map((user) => personRow(user, inCatchAll)),
  ];
  await deps.itemLog.write(connector, runId, rows.map(withAddress));
  await deps.progress.unmapped(connector, runId, unmapped);
  const time = deps.now().toISOString();
  const lines = failed.map((copy) => resultLine(copy, time));
  await writeResults(deps.storage, { connector, runId, page }, lines);
}

const failedRow = (copy: Undelivered, page: number): ItemLogRow => ({
  key: copy.key,
  itemId: copy.itemId,
  outcome: 'failed',
  reason: copy.reason,
  page,
  ...(copy.sourceUser && { sourceUserId: copy.sourceUser }),
  ...(copy.emailPath && { emailPath: copy.emailPath }),
});

const fromOutside =
  'This person is from outside the organisation and has no mailbox in it; nothing has to be done.';
const withoutAddress =
  'The source tells no address of this person, so nobody can tell whether they are from outside. If they are one of your people, name their mailbox in the custom mapping, and they get their copies.';
const inCatchAll =
  'This person of the organisation has no mailbox that could be found, so the copies are in UNMAPPED_MAILBOX. Name a mailbox in the custom mapping, and they are delivered there as well.';

const personRow = (sourceUser: string, reason: string): ItemLogRow => ({
  key: personKey,
  itemId: '',
  sourceUserId: sourceUser,
  outcome: 'unmapped',
  reason,
});

const resultLine = (copy: Undelivered, time: string): ResultLine => ({
  itemId: copy.itemId,
  key: copy.key,
  event: copy.event,
  date: copy.at,
  sourceUser: copy.sourceUser,
  mailbox: '',
  outcome: 'failed',
  reason: copy.reason,
  messageId: '',
  sha256: '',
  time,
});
