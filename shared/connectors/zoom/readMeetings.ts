import pLimit from 'p-limit';
import { ZodError } from 'zod';
import { Refusal } from '../http/vendorFaults.ts';
import { isItemFault, isPause } from '../page/sourceFaults.ts';
import { type Cursor, marks } from './cursor.ts';
import { takeDrafts } from './drafts.ts';
import { partsOf, planLate } from './late.ts';
import type { Listed, Place } from './listing.ts';
import type { Meeting } from './meeting.ts';
import { planMeeting, waiting } from './plan.ts';
import { probe } from './probe.ts';
import type { Run } from './run.ts';
import { type Task, tasksOf } from './tasks.ts';

/** Listed meetings that are told from known ones at a time. */
const batchSize = 100;
const inParallel = 6;
/** So many meetings in a row that Zoom failed with: perhaps it is Zoom and not the meetings. */
const suspicious = 6;

/** One slice of what is listed, or as much of it as the page has room for. */
export async function readMeetings(
  run: Run,
  cursor: Cursor,
  place: Place,
): Promise<void> {
  const slice = await run.source.slices(run.request, place);
  const isBegun = cursor.after !== undefined || cursor.due !== undefined;
  if (!isBegun && slice.reported !== undefined) run.work.report(slice.reported);
  const { owed, rest } = resume(slice.entries, cursor);
  if (owed.length > 0) await handle(run, { ...cursor, place }, owed, { isOwed: true });
  while (rest.length > 0 && run.due.length === 0 && !run.work.isFull()) {
    const batch = rest.splice(0, Math.min(batchSize, run.work.itemsLeft()));
    const tasks = await tasksOf(run, place, batch);
    await handle(run, { place, after: batch.at(-1)?.mark }, tasks, { isOwed: false });
  }
  if (rest.length > 0 || run.due.length > 0) return;
  run.cursor = slice.next && { place: slice.next };
  run.work.touch();
}

/** What the page before has left of the slice: meetings that it owes, and the rest. */
function resume(entries: Listed[], { after, due = [] }: Cursor) {
  const isDue = new Set(due);
  const owed = entries.flatMap((entry): Task[] => {
    if (isDue.has(marks.fresh(entry.key))) return [{ entry, isFresh: true }];
    return isDue.has(marks.late(entry.key)) ? [{ entry, isFresh: false }] : [];
  });
  return { owed, rest: entries.filter(({ mark }) => mark > (after ?? '')) };
}

/** `there`: where the run is when all of these are done. */
async function handle(
  run: Run,
  there: Cursor,
  tasks: Task[],
  { isOwed }: { isOwed: boolean },
): Promise<void> {
  const limit = pLimit(inParallel);
  const left = new Set<Task>();
  const errors: unknown[] = [];
  const one = async (task: Task) => {
    if (errors.length > 0 || run.work.isFull()) return void left.add(task);
    try {
      if (!(await take(run, task))) left.add(task);
    } catch (error) {
      errors.push(error);
      left.add(task);
    }
  };
  await Promise.all(tasks.map((task) => limit(() => one(task))));
  const surprise = errors.find((error) => !isPause(error));
  if (surprise !== undefined) throw surprise;
  for (const { entry, isFresh } of left) {
    run.due.push((isFresh ? marks.fresh : marks.late)(entry.key));
  }
  const due = [...new Set(run.due)];
  const { after, place } = there;
  run.cursor = { place, ...(after && { after }), ...(due.length > 0 && { due }) };
  // Where nothing was looked up and nothing came of it, the page is where it was.
  if (!isOwed || left.size < tasks.length) run.work.touch();
  if (errors.length > 0) throw errors[0];
}

/** False if something of it is left. */
async function take(run: Run, { entry, isFresh, late }: Task): Promise<boolean> {
  const { content } = entry;
  if (content.kind === 'reject') {
    run.work.add({ reject: content.reject });
    return true;
  }
  if (!isFresh) return takeLate(run, content.meeting, late);
  try {
    return await takeFresh(run, content.meeting);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const reason =
      'Zoom described the meeting in a form that could not be read. Look it up in Zoom by its id, and report its form.';
    run.work.add({
      reject: {
        key: entry.key,
        itemId: content.meeting.uuid,
        at: entry.at,
        reason,
      },
    });
    return true;
  }
}

async function takeFresh(run: Run, listed: Meeting): Promise<boolean> {
  const { source, work, request } = run;
  try {
    const meeting = await source.lane.complete(listed, request);
    const plan = await planMeeting(source, work, meeting, false);
    run.faultsInARow = 0;
    if (plan.kind === 'drafts') return await takeDrafts(run, plan.drafts);
    return addWaiting(run, plan);
  } catch (error) {
    if (!isItemFault(error)) throw error;
    // What is refused for good concerns this meeting alone.
    if (!(error instanceof Refusal)) run.faultsInARow += 1;
    if (run.faultsInARow >= suspicious) await probe(run);
    return addWaiting(run, waiting(source, listed, error.message));
  }
}

function addWaiting({ work }: Run, plan: ReturnType<typeof waiting>): boolean {
  if (plan.kind !== 'waiting' || work.reserve(1) === 0) return false;
  work.add(plan.built);
  return true;
}

/** What came after the email of its meeting; on a later page it is looked up again. */
async function takeLate(
  run: Run,
  meeting: Meeting,
  found?: Set<string>,
): Promise<boolean> {
  const { source, work, request } = run;
  const late = found ?? (await request.sift(partsOf(source, meeting)));
  try {
    const plan = await planLate(source, work, meeting, (key) => late.has(key), false);
    const drafts = plan.map((draft) => ({
      ...draft,
      isKnownToBeDue: late.has(draft.key),
    }));
    return await takeDrafts(run, drafts);
  } catch (error) {
    if (!isItemFault(error)) throw error;
    // It is listed again in the next run.
    source.deps.log.warn(
      `Files that came late are left for the next run. ${error.message}`,
    );
    return true;
  }
}
