import type { Found } from '../page/pageDraft.ts';
import type { Draft } from './drafts.ts';
import { draftFile, isPersonal } from './fileDrafts.ts';
import { gapOfMeeting } from './gapRetries.ts';
import { isOver, isSettled, type Meeting } from './meeting.ts';
import { draftMeeting } from './meetingDraft.ts';
import { draftMessages } from './messageDrafts.ts';
import type { PageWork, Source } from './pageWork.ts';
import { keys } from './records.ts';
import { type Scene, setScene } from './scene.ts';
import { draftUnclaimed } from './sharedDrafts.ts';

/** What a meeting comes to: its drafts, the meeting itself last; or a wait. */
export type Plan =
  | { kind: 'drafts'; drafts: Draft[] }
  | { kind: 'waiting'; built: Found; reason: string };

/**
 * A meeting is archived when it is complete, or at a fixed time after it ended; until then it
 * waits as a gap.
 */
export async function planMeeting(
  source: Source,
  work: PageWork,
  meeting: Meeting,
  isLast: boolean,
): Promise<Plan> {
  const { runId, limits } = work.request;
  if (!isLast && !isSettled(meeting, source.deps.clock.now())) {
    return waiting(source, meeting, 'Zoom is still processing the files of the meeting.');
  }
  // Who shared a file is told by the chat alone, so that such a meeting waits for it.
  const mayFollow =
    isOver(meeting, source.deps.clock.now()) && meeting.shared.length === 0;
  const options = { runId, until: limits.until, isLast, mayFollow };
  const set = await setScene(source, meeting, options);
  if (set.kind === 'later') return waiting(source, meeting, set.reason);
  work.useMeeting(set.scene.context);
  return { kind: 'drafts', drafts: draftsOf(source, work, set.scene, isLast) };
}

function draftsOf(
  source: Source,
  work: PageWork,
  scene: Scene,
  isLast: boolean,
): Draft[] {
  const personal = (scene.meeting.files ?? []).filter((file) => isPersonal(source, file));
  return [
    ...draftMessages(source, work, scene, isLast),
    ...personal.map((file) => draftFile(source, work, scene, file, isLast)),
    ...draftUnclaimed(source, work, scene, isLast),
    draftMeeting(source, work, scene, isLast),
  ];
}

/** A record whose content is still to come: only its place is settled. */
export function waiting(source: Source, meeting: Meeting, reason: string): Plan {
  const key = keys.meeting(source.origin, meeting.uuid);
  return {
    kind: 'waiting',
    reason,
    built: {
      record: {
        ...{ key, itemId: meeting.uuid, at: meeting.start, event: 'created' },
        raw: { kind: 'meeting', meeting: meeting.uuid, listed: meeting.listed },
        ...{ files: [], waiting: true },
      },
      gaps: [gapOfMeeting(key, meeting, reason)],
    },
  };
}
