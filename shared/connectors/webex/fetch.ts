import type { PageRequest, PageResult } from '../connector.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { gapsAfter, retryTogether } from '../page/openGaps.ts';
import { SourceFailure, untilPause } from '../page/sourceFaults.ts';
import { settingPrefix } from '../settingFields.ts';
import { type Cursor, nextPhase, readCursor } from './cursor.ts';
import { resultOf } from './faults.ts';
import { retryGap } from './gaps.ts';
import { changesIn } from './membershipLog.ts';
import { createPageWork } from './pageWork.ts';
import { readItems } from './readItems.ts';
import { type FetchSource, movedTo, type Run, readEvents } from './run.ts';

/** Membership events that come late; so much is read again. */
const lateMs = 5 * 60 * 1000;

/**
 * One page of a run: open gaps first, then who came and went, messages, card answers. Where
 * Webex wants a pause, what has been done is a page if it can be closed; else the page is read
 * again after the pause, a shorter one.
 */
export async function fetchPage(
  source: FetchSource,
  request: PageRequest,
): Promise<PageResult> {
  const cursor = readCursor(request.cursor, request.readFrom);
  const limits = source.pace.limit(request.limits);
  const work = createPageWork(source, { ...request, limits });
  const { membershipsTo } = cursor;
  const run: Run = { source, request, work, cursor, membershipsTo, faultsInARow: 0 };
  const { clock, name } = source.deps;
  try {
    await readPhases(run);
    const page = await closePage(run);
    source.pace.faster();
    return page;
  } catch (error) {
    if (work.hasFreshRooms()) source.pace.slower(limits.items - work.itemsLeft());
    return resultOf(error, clock.now(), settingPrefix(name));
  }
}

async function readPhases(run: Run): Promise<void> {
  const { source, work } = run;
  await untilPause(work, source.deps.log, async () => {
    while (run.cursor && !work.isFull()) await readPhase(run, run.cursor);
  });
}

/** What a page says of people is settled for good: only what Webex refuses is left out. */
async function closePage(run: Run): Promise<PageResult> {
  const { source, work } = run;
  try {
    if (work.hasFreshRooms()) await readLatestMemberships(run);
  } catch (error) {
    const isFinal = error instanceof Refusal || error instanceof SourceFailure;
    if (!isFinal) throw error;
    const what = 'Who left a space in the last minutes may miss messages.';
    source.deps.log.warn(`${what} ${error.message}`);
  }
  return work.finish(run.cursor && JSON.stringify(run.cursor));
}

function readPhase(run: Run, cursor: Cursor): Promise<void> {
  if (cursor.phase === 'gaps') return retryGaps(run, cursor);
  if (cursor.phase === 'memberships') return readMemberships(run, cursor);
  return readItems(run, cursor);
}

async function retryGaps(run: Run, cursor: Cursor): Promise<void> {
  const { source, work, request } = run;
  const left = gapsAfter(request.gaps, cursor.gap);
  if (left.length === 0) {
    run.cursor = nextPhase(cursor);
    return;
  }
  work.organisation = await source.organisation([], request.limits.until);
  await retryTogether(
    work,
    left,
    (gap) => retryGap(source, work, gap),
    (gap) => {
      run.cursor = { ...cursor, gap };
    },
  );
}

/** Up to now and not to the window's end, because the rosters will be of now. */
async function readMemberships(run: Run, cursor: Cursor): Promise<void> {
  const { source, request, work } = run;
  const to = cursor.to ?? source.deps.clock.now().toISOString();
  if (cursor.from >= to) {
    run.cursor = nextPhase(cursor);
    return;
  }
  const page = await readEvents(run, 'memberships', { ...cursor, to });
  await source.membershipLog.add(request.runId, changesIn(page.items));
  const here = movedTo(cursor, page.place);
  if (page.next) {
    run.cursor = { ...here, url: page.next.href };
  } else {
    run.membershipsTo = page.place.to;
    run.cursor = nextPhase({ ...here, membershipsTo: page.place.to });
  }
  work.touch();
}

/** A roster is younger than the phase before it: who left in between is in these events. */
async function readLatestMemberships(run: Run): Promise<void> {
  const { source, request, membershipsTo } = run;
  if (membershipsTo === undefined) return;
  const from = new Date(Date.parse(membershipsTo) - lateMs).toISOString();
  const to = source.deps.clock.now().toISOString();
  let [url, max]: [string | undefined, number] = [undefined, run.cursor?.max ?? 1000];
  do {
    const cursor = { phase: 'memberships', from, to, max, url } as const;
    // Without it the page would say less than Webex knows: it may wait over the page's end.
    const page = await readEvents(run, 'memberships', cursor, { isPatient: true });
    await source.membershipLog.add(request.runId, changesIn(page.items));
    [url, max] = [page.next?.href, page.place.max];
  } while (url !== undefined);
  if (run.cursor) run.cursor = { ...run.cursor, membershipsTo: to };
}
