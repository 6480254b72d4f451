import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { PageRequest } from '../connector.ts';
import { inPath } from '../http/inPath.ts';
import type { ZoomClient } from './client.ts';
import type { Directories } from './directory.ts';
import { ZoomRefusal } from './faults.ts';
import { planCode } from './refusals.ts';

/** What an administrator may have to switch on before recordings can be read. */
export const unreadable =
  'Zoom refused the cloud recordings of this meeting, so that neither recordings nor the chat could be read: cloud recording may be switched off, the plan may not have it, or the app may lack the permission. Switch on "Cloud recording" (Zoom web portal, Account Settings, Recording), check that the plan has it (Pro or higher), and that whoever owns the app may view recordings.';

/** True if Zoom refuses the recordings of the account as a whole. */
export type IsClosed = (request: PageRequest) => Promise<boolean>;

/** If so many users are refused, and nobody is not, it is the account. */
const usersAsked = 16;
const dayMs = 24 * 60 * 60 * 1000;

/** "Cloud recording is not enabled on this account", "No permission", or only for paid ones. */
export const isClosedTo = (error: unknown): error is ZoomRefusal =>
  error instanceof ZoomRefusal && error.code === planCode;

/**
 * Asks user after user until one is not refused, once for each run: a meeting on its own is
 * answered alike whether it has no recording or the account may have none.
 */
export function createIsClosed(
  client: ZoomClient,
  directories: Directories,
  { clock, log }: { clock: Clock; log: Log },
): IsClosed {
  let current: { runId: string; answer: Promise<boolean> } | undefined;

  async function ask({ runId, limits }: PageRequest): Promise<boolean> {
    const { ids } = await directories(runId, limits.until);
    const now = clock.now();
    const from = dateOf(new Date(now.getTime() - dayMs));
    const query = { from, to: dateOf(now), page_size: '1' };
    let refused = 0;
    for (const id of ids.slice(0, usersAsked)) {
      const path = `/users/${inPath(id)}/recordings`;
      try {
        await client.get(path, query, 'userRecordings', limits.until);
        return false;
      } catch (error) {
        if (!(error instanceof ZoomRefusal)) throw error;
        if (isClosedTo(error)) refused += 1;
      }
    }
    if (refused > 0) log.warn('Zoom refuses the cloud recordings of the account.');
    return refused > 0;
  }

  return function isClosed(request) {
    if (current?.runId !== request.runId) {
      const asking = { runId: request.runId, answer: ask(request) };
      current = asking;
      asking.answer.catch(() => {
        if (current === asking) current = undefined;
      });
    }
    return current.answer;
  };
}

const dateOf = (time: Date): string => time.toISOString().slice(0, 10);
