import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { RemoteFault } from '../../mailbox/faults.ts';
import { IntentStale } from '../../mailbox/lane.ts';
import type { Place } from '../../mailbox/place.ts';
import type { SizeLimit } from '../../mailbox/sizeLimit.ts';
import type { MailboxWriter } from '../../mailbox/writer.ts';
import type { Claim, Copies } from './copies.ts';
import type { Ending } from './copyRows.ts';
import type { PreparedCopy } from './prepareCopy.ts';
import type { Turn } from './turn.ts';

/** What making one message needs. */
export interface MakeDeps {
  writer: MailboxWriter;
  copies: Copies;
  turn: Turn;
  clock: Clock;
  log: Log;
  place: Place;
  sizeLimit: SizeLimit;
  /** Reads the email anew; `inline`: false adds its files with requests of their own. */
  replan(copy: PreparedCopy, inline: boolean): Promise<PreparedCopy>;
  /** Makes what takes more than one request. */
  makeLarge(claim: Claim, copy: PreparedCopy): Promise<Ending>;
}

/** How often what is not in the table of faults is tried. */
const mostTries = 3;
const pauseMs = 1_000;

/**
 * Makes one message, by requests of which each is known to have failed before the next: when one
 * ends in doubt, so does this. Never throws.
 */
export async function makeCopy(
  deps: MakeDeps,
  claim: Claim,
  copy: PreparedCopy,
): Promise<Ending> {
  const { writer, turn, log } = deps;
  let current = copy;
  for (let tries = 1; ; tries++) {
    if (current.build !== undefined) return deps.makeLarge(claim, current);
    if (turn.end()) return { kind: 'refused' };
    if (turn.mailboxFault) return failed(turn.mailboxFault);
    try {
      const { place } = deps;
      const deadline = () => claim.deadline;
      const messageId = await writer.create(place, current.body ?? '{}', deadline);
      turn.succeeded();
      return { kind: 'made', messageId };
    } catch (error) {
      try {
        const next = await afterFault(deps, claim, current, error, tries);
        if ('kind' in next) return next;
        current = next;
      } catch (trouble) {
        // The storage failed between two requests; the first of them was refused.
        log.error(`A copy could not be prepared again: ${messageOf(trouble)}`);
        turn.finish('The storage has trouble.', pauseMs);
        return { kind: 'refused' };
      }
    }
  }
}

/** An ending, or what to try next. */
async function afterFault(
  deps: MakeDeps,
  claim: Claim,
  copy: PreparedCopy,
  error: unknown,
  tries: number,
): Promise<Ending | PreparedCopy> {
  const { turn, clock, log } = deps;
  if (error instanceof IntentStale) {
    return (await deps.copies.renew(claim)) ? copy : { kind: 'refused' };
  }
  if (error instanceof RemoteFault) {
    const { reaction } = error;
    if (reaction === 'unknown') {
      turn.slowDown(error);
      return { kind: 'doubt' };
    }
    if (reaction === 'failItem') return failed(error);
    const isTooLarge = reaction === 'tooLarge' || reaction === 'requestTooLarge';
    if (isTooLarge) return otherwise(deps, claim, copy, error);
    const again = reaction === 'unlisted' || reaction === 'folderGone';
    if ((again || error.code === 'SavedAsDraft') && tries < mostTries) {
      await clock.sleep(pauseMs * tries);
      return copy;
    }
    if (again) return failed(error);
  }
  if (turn.takes(error)) return copy;
  log.error(`A message may or may not have been made: ${messageOf(error)}`);
  turn.finish('Something unforeseen happened.', pauseMs);
  return { kind: 'doubt' };
}

/** Another way to make what is too large. The intent says which before it is gone. */
async function otherwise(
  deps: MakeDeps,
  claim: Claim,
  copy: PreparedCopy,
  fault: RemoteFault,
): Promise<Ending | PreparedCopy> {
  const next = await planAnew(deps, copy, fault);
  if (!next) return failed(fault);
  if (next.failure !== undefined) return { kind: 'failed', reason: next.failure };
  const { partial, build } = next;
  return (await deps.copies.renew(claim, { partial, build }))
    ? next
    : { kind: 'refused' };
}

/** Undefined if there is no other way. */
async function planAnew(
  deps: MakeDeps,
  copy: PreparedCopy,
  fault: RemoteFault,
): Promise<PreparedCopy | undefined> {
  if (fault.reaction === 'requestTooLarge') {
    const next = await deps.replan(copy, false);
    return next.body === copy.body ? undefined : next;
  }
  const { sizeLimit } = deps;
  let plannedUnder = copy.limit ?? sizeLimit.bytes();
  while (sizeLimit.learn(Buffer.byteLength(copy.body ?? ''), plannedUnder)) {
    plannedUnder = sizeLimit.bytes();
    const next = await deps.replan(copy, true);
    if (next.body !== copy.body) return next;
  }
  return undefined;
}

const failed = (fault: RemoteFault): Ending => ({
  kind: 'failed',
  reason: fault.message,
});
