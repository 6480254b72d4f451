import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Place } from '../../mailbox/place.ts';
import type { MailboxWriter } from '../../mailbox/writer.ts';
import type { Doubt } from './copyRows.ts';
import type { Turn } from './turn.ts';

/** What a look into the mailbox told of copies in doubt. */
export interface Judgement {
  found: { doubt: Doubt; messageId: string }[];
  /** There is no such message: they may be made. */
  missing: Doubt[];
  /** Nobody could tell yet. */
  open: Doubt[];
}

const retryMs = 60_000;

/** Looks up whether the messages in doubt are there. What can't be told stays in doubt. */
export async function judgeDoubts(
  deps: { writer: MailboxWriter; turn: Turn; place: Place; log: Log },
  doubts: Doubt[],
): Promise<Judgement> {
  const { writer, turn, place, log } = deps;
  const judgement: Judgement = { found: [], missing: [], open: [] };

  async function judge(doubt: Doubt): Promise<void> {
    try {
      if (turn.end()) {
        judgement.open.push(doubt);
        return;
      }
      const messageId = await writer.find(place, doubt.entry.key);
      turn.answered();
      if (messageId === undefined) judgement.missing.push(doubt);
      else judgement.found.push({ doubt, messageId });
    } catch (error) {
      const known = turn.takes(error);
      // Without a mailbox there is no message in it, and the copy fails for that reason.
      if (turn.mailboxFault) judgement.missing.push(doubt);
      else judgement.open.push(doubt);
      if (known) return;
      log.warn(`A message could not be looked up: ${messageOf(error)}`);
      turn.finish('A message could not be looked up.', retryMs);
    }
  }

  await Promise.all(doubts.map(judge));
  return judgement;
}
