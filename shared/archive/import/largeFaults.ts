import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { RemoteFault } from '../../mailbox/faults.ts';
import type { SizeLimit } from '../../mailbox/sizeLimit.ts';
import type { MailboxWriter } from '../../mailbox/writer.ts';
import { BuildAgain, BuildBroken, BuildLeft } from './buildErrors.ts';
import type { BuildNotes } from './buildNotes.ts';
import type { Ending } from './copyRows.ts';
import type { Turn } from './turn.ts';

interface FaultDeps {
  writer: MailboxWriter;
  turn: Turn;
  clock: Clock;
  log: Log;
  sizeLimit: SizeLimit;
}

const mostRestarts = 5;
const pauseMs = 1_000;
/** When to come back to what can't be gone on with now, in milliseconds. */
export const laterMs = 60_000;

const refused: Ending = { kind: 'refused' };
const failed = (reason: string): Ending => ({ kind: 'failed', reason });

/**
 * What becomes of a large message after a fault: its ending, or nothing: then it is worth another
 * look. `size`: how large the message is that was being added to, in bytes.
 */
export function createLargeFaults(
  { writer, turn, clock, log, sizeLimit }: FaultDeps,
  notes: BuildNotes,
  size: () => number,
): (error: unknown) => Promise<Ending | undefined> {
  let unlisted = 0;

  async function allStaged(): Promise<boolean> {
    for (const part of notes.build().parts) {
      const at = part && (await writer.staging.whereIs(part.id));
      if (part && at === undefined) return false;
    }
    return true;
  }

  async function restarted(): Promise<Ending | undefined> {
    const { limit, restarts } = notes.build();
    if (restarts >= mostRestarts) {
      return failed(
        'The message with its large files did not become complete in the mailbox, however often it was begun anew. Its email is kept in the archive; report this.',
      );
    }
    await notes.beginAnew(limit, restarts + 1);
    return undefined;
  }

  /** Exchange says that a message is too large, but not how large one may be. */
  function smaller(fault: RemoteFault): Ending | undefined {
    const isLearnt = sizeLimit.learn(size(), notes.build().limit);
    return isLearnt ? undefined : failed(fault.message);
  }

  /** `elsewhere`: it concerns more than this message. */
  async function afterRemote(
    fault: RemoteFault,
  ): Promise<Ending | undefined | 'elsewhere'> {
    switch (fault.reaction) {
      case 'unknown':
        turn.slowDown(fault);
        return undefined;
      case 'folderGone':
        return notes.build().moving || (await allStaged()) ? undefined : restarted();
      case 'tooLarge':
        return smaller(fault);
      case 'failItem':
      case 'requestTooLarge':
        return failed(fault.message);
      case 'unlisted':
        if (++unlisted >= mostRestarts) return failed(fault.message);
        await clock.sleep(pauseMs * unlisted);
        return undefined;
      default:
        return 'elsewhere';
    }
  }

  return async (error) => {
    if (error instanceof BuildAgain) return undefined;
    if (error instanceof BuildBroken) return restarted();
    if (error instanceof BuildLeft) {
      if (!turn.mailboxFault) turn.finish('A large message is not complete yet.', 0);
      return turn.mailboxFault ? undefined : refused;
    }
    if (error instanceof RemoteFault) {
      const ending = await afterRemote(error);
      if (ending !== 'elsewhere') return ending;
    }
    if (turn.takes(error)) return undefined;
    log.error(`A large message is left for later: ${messageOf(error)}`);
    turn.finish('Something unforeseen happened.', laterMs);
    return refused;
  };
}
