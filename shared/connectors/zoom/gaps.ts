import type { OpenGap } from '../connector.ts';
import type { GapEnd } from '../page/gapEnds.ts';
import { isItemFault } from '../page/sourceFaults.ts';
import { type Draft, takeDrafts } from './drafts.ts';
import { fileKey } from './fileDrafts.ts';
import { isChat } from './fileKinds.ts';
import { gapOfPart, meetingOf, type Retry, retrySchema } from './gapRetries.ts';
import { planLate } from './late.ts';
import type { Meeting } from './meeting.ts';
import { planMeeting } from './plan.ts';
import { keys } from './records.ts';
import type { Run } from './run.ts';

/** `left`: the page is full; the gap has its turn again on the next one. */
type GapTurn = GapEnd | 'left';

/**
 * One more try at what an earlier run had to leave. A gap that is still one stays as it is; one
 * that is past its time is archived as far as it is known, or ends. False if the page is full.
 */
export async function retryGap(run: Run, gap: OpenGap): Promise<boolean> {
  const retry = retrySchema.safeParse(gap.retry).data;
  const end = retry ? await retryKnown(run, gap, retry) : giveUp(run, gap);
  if (end === 'left') return false;
  if (end !== 'open') run.work.resolve(gap.object, end === 'givenUp');
  run.work.touch();
  return true;
}

async function retryKnown(run: Run, gap: OpenGap, retry: Retry): Promise<GapTurn> {
  try {
    const again = await askAgain(run, gap, retry);
    if (retry.kind === 'part') return await retryPart(run, gap, retry, again.meeting);
    return await retryMeeting(run, gap, again);
  } catch (error) {
    if (!isItemFault(error)) throw error;
    return 'open';
  }
}

const lost =
  'Zoom no longer has what it had archived of this meeting, and gave none of it.';

interface Again {
  meeting: Meeting;
  /** Nothing more can come of it. */
  isGone: boolean;
}

/** The meeting as it is now. What is gone, or refused for too long, is as its list had it. */
async function askAgain(run: Run, gap: OpenGap, retry: Retry): Promise<Again> {
  const { source, request } = run;
  const base = meetingOf(retry.meeting);
  const gone = { ...base, files: [], isComplete: true, loss: lost };
  try {
    const meeting = await source.lane.again(base, request);
    return { meeting: meeting ?? gone, isGone: meeting === undefined };
  } catch (error) {
    if (!gap.expired || !isItemFault(error)) throw error;
    return { meeting: { ...gone, loss: error.message }, isGone: true };
  }
}

async function retryMeeting(
  run: Run,
  gap: OpenGap,
  { meeting, isGone }: Again,
): Promise<GapTurn> {
  const isLast = gap.expired || isGone;
  const plan = await planMeeting(run.source, run.work, meeting, isLast);
  if (plan.kind === 'waiting') return 'open';
  return (await takeDrafts(run, plan.drafts)) ? 'filled' : 'left';
}

async function retryPart(
  run: Run,
  gap: OpenGap,
  { key, isAwaited }: Extract<Retry, { kind: 'part' }>,
  meeting: Meeting,
): Promise<GapTurn> {
  // An email of its own is made in the end; a supplement without its file would say nothing.
  const together = chatsOf(run, meeting, key);
  const isLast = gap.expired && (isAwaited || together.has(key));
  const isIt = (part: string) => part === key || together.has(part);
  const drafts = await planLate(run.source, run.work, meeting, isIt, isLast);
  const part = drafts.find((draft) => draft.key === key);
  if (!part) return gap.expired ? endWithout(run, gap, key, meeting, isAwaited) : 'open';
  let isOpen = false;
  const watched: Draft = {
    ...{ ...part, isKnownToBeDue: isAwaited },
    async build() {
      const built = await part.build();
      isOpen = (built.gaps ?? []).some(({ object }) => object === gap.object);
      return isOpen ? { gaps: [] } : built;
    },
  };
  const others = drafts.filter((draft) => draft !== part);
  if (!(await takeDrafts(run, [...others, watched]))) return 'left';
  if (!isOpen) return 'filled';
  return gap.expired ? endWithout(run, gap, key, meeting, isAwaited) : 'open';
}

/** The chats that wait, if this is one: what stands in several of them is archived once. */
function chatsOf({ source, request }: Run, meeting: Meeting, key: string): Set<string> {
  const { uuid, files = [] } = meeting;
  const open = new Set(request.gaps.map(({ object }) => object));
  const chats = files.filter(isChat).map((file) => fileKey(source, uuid, file));
  if (!chats.includes(key)) return new Set();
  return new Set(chats.filter((chat) => open.has(gapOfPart(chat, meeting, '').object)));
}

/** What never came. If it was to be an email of its own, the log says so. */
function endWithout(
  run: Run,
  gap: OpenGap,
  key: string,
  { start }: Meeting,
  isAwaited: boolean,
): GapEnd {
  if (!isAwaited) {
    run.work.settle({ key, at: start });
    return 'givenUp';
  }
  reject(run, gap, key);
  return 'filled';
}

/** What it was is not known any more. */
function giveUp(run: Run, gap: OpenGap): GapEnd {
  if (!gap.expired) return 'open';
  reject(run, gap, keys.unreadable(run.source.origin, gap.object));
  return 'filled';
}

function reject(
  { work }: Run,
  { itemId, firstSeenAt, reason }: OpenGap,
  key: string,
): void {
  const at = firstSeenAt.toISOString();
  const sentence = `${reason} Zoom no longer lists it.`;
  work.add({ reject: { key, itemId, at, reason: sentence } });
}
