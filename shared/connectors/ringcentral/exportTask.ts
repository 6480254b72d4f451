import type { Clock } from '../../clock.ts';
import type { Window } from '../connector.ts';
import { Refusal, VendorFault, WaitUntil } from '../http/vendorFaults.ts';
import type { ExportTask } from './apiSchema.ts';
import type { RingCentralClient } from './client.ts';

/** Simultaneously no more than 2 tasks per company can be created. */
const mostTasks = 2;
const dayMs = 24 * 60 * 60 * 1000;
/** Waited for within a page at first: small exports are ready soon. */
const firstPollsMs = [1000, 2000, 3000, 5000, 5000];
const laterPollMs = 20_000;
/** An export that takes long is asked after less often. */
const slowMs = 10 * 60_000;
const slowPollMs = 60_000;
const otherTasksMs = 60_000;
/** A task that is in the way and that the list does not show. */
const hiddenTasksMs = 3 * 60_000;
const datasetsMs = 5000;
const tries = 3;

/**
 * What the documentation and the specification have, in lower case. `attemptfailed` is tried again
 * by RingCentral itself; a status that nobody knows counts as under way.
 */
const ended = new Set(['completed', 'failed', 'expired', 'cancelled', 'canceled']);
const running = new Set(['accepted', 'pending', 'inprogress', 'attemptfailed']);

const statusOf = (task: ExportTask): string => task.status.toLowerCase();
/** Its datasets are there. */
export const isCompleted = (task: ExportTask): boolean => statusOf(task) === 'completed';
const isDead = (task: ExportTask): boolean =>
  ended.has(statusOf(task)) && !isCompleted(task);

const age = (task: ExportTask, now: Date): number =>
  task.creationTime === undefined ? 0 : now.getTime() - Date.parse(task.creationTime);

const isUnderWay = (task: ExportTask, now: Date): boolean =>
  running.has(statusOf(task)) || (!ended.has(statusOf(task)) && age(task, now) < dayMs);

const seconds = (time: string | undefined): number =>
  Math.floor(Date.parse(time ?? '') / 1000);

/** Over the whole account, and for this very window; its times may have lost their milliseconds. */
function isOf({ specific }: ExportTask, { from, to }: Window): boolean {
  const isWhole = !specific?.contacts?.length && !specific?.chatIds?.length;
  return (
    isWhole &&
    seconds(specific?.timeFrom) === seconds(from.toISOString()) &&
    seconds(specific?.timeTo) === seconds(to.toISOString())
  );
}

/**
 * The task for a window: one that a crash left, or a new one. What was made for a window that
 * has ended since is as good as new; what is older than a day may have lost its files.
 * Throws `WaitUntil` while the account has as many tasks as it may have.
 */
export async function findOrMakeTask(
  client: RingCentralClient,
  clock: Clock,
  window: Window,
  used: string[],
  until: Date,
): Promise<ExportTask> {
  for (let attempt = 1; ; attempt++) {
    const now = clock.now();
    const tasks = await client.tasks(until);
    const found = tasks.find(
      (task) =>
        isOf(task, window) &&
        !used.includes(task.id) &&
        !isDead(task) &&
        age(task, now) < dayMs,
    );
    if (found) return found;
    const others = tasks.filter((task) => isUnderWay(task, now)).length;
    const later = new WaitUntil(new Date(now.getTime() + otherTasksMs));
    if (others >= mostTasks) throw later;
    try {
      return await client.createTask(window, until);
    } catch (error) {
      // Which code a third task gets is not documented; somebody may have been quicker.
      if (error instanceof Refusal && (await isCrowded(client, clock, until)))
        throw later;
      if (isConflict(error)) {
        throw new WaitUntil(new Date(clock.now().getTime() + hiddenTasksMs));
      }
      if (!(error instanceof VendorFault) || attempt >= tries) throw error;
      await clock.sleep(1000 * 2 ** attempt);
    }
  }
}

/** The list may lack tasks of others, or be behind. */
const isConflict = (error: unknown): boolean =>
  error instanceof Refusal && error.status === 409;

async function isCrowded(
  client: RingCentralClient,
  clock: Clock,
  until: Date,
): Promise<boolean> {
  const tasks = await client.tasks(until);
  return tasks.filter((task) => isUnderWay(task, clock.now())).length >= mostTasks;
}

/** What became of a task: it has ended well, with nothing to download, or it never will. */
export type TaskEnd =
  | { kind: 'completed'; task: ExportTask }
  | { kind: 'empty' }
  | { kind: 'dead' };

/** Throws `WaitUntil` while it is under way. */
export async function awaitTask(
  client: RingCentralClient,
  clock: Clock,
  { taskId, askedAt }: { taskId: string; askedAt: string },
  until: Date,
): Promise<TaskEnd> {
  const waitedMs = () => clock.now().getTime() - Date.parse(askedAt);
  for (const pauseMs of [...firstPollsMs, undefined]) {
    const task = await readTask(client, taskId, until);
    if (!task || isDead(task)) return { kind: 'dead' };
    if (isCompleted(task)) return completedEnd(client, clock, task, until);
    if (pauseMs === undefined || waitedMs() > 2 * laterPollMs) break;
    await clock.sleep(pauseMs);
  }
  const pauseMs = waitedMs() > slowMs ? slowPollMs : laterPollMs;
  throw new WaitUntil(new Date(clock.now().getTime() + pauseMs));
}

/** The datasets may be told a little later than the status: the task is looked at once more. */
async function completedEnd(
  client: RingCentralClient,
  clock: Clock,
  task: ExportTask,
  until: Date,
): Promise<TaskEnd> {
  if (task.datasets?.length) return { kind: 'completed', task };
  await clock.sleep(datasetsMs);
  const again = await readTask(client, task.id, until);
  if (!again) return { kind: 'dead' };
  return again.datasets?.length ? { kind: 'completed', task: again } : { kind: 'empty' };
}

/** Undefined if RingCentral doesn't know it any more. */
async function readTask(
  client: RingCentralClient,
  id: string,
  until: Date,
): Promise<ExportTask | undefined> {
  try {
    return await client.task(id, until);
  } catch (error) {
    if (error instanceof Refusal && [404, 410].includes(error.status)) return undefined;
    throw error;
  }
}
