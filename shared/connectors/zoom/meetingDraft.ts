import type { MissingFile, StoredFile } from '../../archive/state/item.ts';
import type { ItemRef, NewGap } from '../connector.ts';
import type { Draft } from './drafts.ts';
import { fetchFile, fileKey, isPersonal } from './fileDrafts.ts';
import { isChat, isForAll, isGroupLog } from './fileKinds.ts';
import { gapOfPart } from './gapRetries.ts';
import { linesOf } from './lines.ts';
import type { Meeting, MeetingFile } from './meeting.ts';
import { fetchShared } from './messageDrafts.ts';
import type { PageWork, Source } from './pageWork.ts';
import { areReady } from './recorded.ts';
import { keys } from './records.ts';
import type { Scene } from './scene.ts';

/** The meeting itself: who was there, what was said to everyone, and the files for everyone. */
export function draftMeeting(
  source: Source,
  work: PageWork,
  scene: Scene,
  isLast: boolean,
): Draft {
  const { meeting, talk, context } = scene;
  const { origin, isForHost } = source;
  const ref = { key: keys.meeting(origin, meeting.uuid), at: meeting.start };
  return {
    ...{ ...ref, isKnownToBeDue: true },
    async build() {
      const open = new Set(talk.open.map(({ id }) => id));
      const isOpen = (id: string | undefined) => id !== undefined && open.has(id);
      const shared = await fetchShared(source, work, scene, isLast, (file) =>
        isOpen(talk.sharerOf(file)?.id),
      );
      const files = await fetchFiles(source, work, scene, isLast);
      work.useMeeting(context);
      const partial = lossOf(source, meeting);
      const raw = {
        ...{ kind: 'meeting', meeting: meeting.uuid, lines: linesOf(talk.open, scene) },
        ...{ notes: notesOf(source, scene, isForHost), listed: meeting.listed },
        missing: [...talk.missing, ...files.missing, ...shared.missing],
        ...(partial && { partial }),
      };
      const content = { key: keys.content(origin, meeting.uuid), at: meeting.start };
      return {
        record: {
          ...{ ...ref, itemId: meeting.uuid, event: 'created', raw },
          files: [...files.stored, ...shared.stored],
          parts: [content, ...files.parts, ...shared.parts],
        },
        gaps: [...files.gaps, ...shared.gaps],
      };
    },
  };
}

interface Files {
  stored: StoredFile[];
  missing: MissingFile[];
  parts: ItemRef[];
  gaps: NewGap[];
}

async function fetchFiles(
  source: Source,
  work: PageWork,
  { meeting, later: chatsLater }: Scene,
  isLast: boolean,
): Promise<Files> {
  const found: Files = { stored: [], missing: [], parts: [], gaps: [] };
  for (const file of inOrder(meeting.files ?? [])) {
    if (isPersonal(source, file)) continue;
    const key = fileKey(source, meeting.uuid, file);
    const reason = chatsLater.get(file.id);
    if (reason !== undefined && !isLast) {
      found.gaps.push(gapOfPart(key, meeting, reason));
      continue;
    }
    const isRead = isChat(file) || isGroupLog(file);
    if (isRead && (file.status !== 'processing' || isLast)) {
      found.parts.push({ key, at: meeting.start });
      continue;
    }
    if (isRead) {
      found.gaps.push(gapOfPart(key, meeting, 'Zoom is still processing the chat.'));
      continue;
    }
    if (!isForAll(file)) continue;
    const { file: outcome, later } = await fetchFile(source, work, file, isLast);
    if (outcome.kind === 'stored') found.stored.push(outcome.file);
    else found.missing.push(outcome.file);
    if (later !== undefined) found.gaps.push(gapOfPart(key, meeting, later));
    else found.parts.push({ key, at: meeting.start });
  }
  return found;
}

/** Whatever the order in which Zoom lists them. */
const inOrder = (files: MeetingFile[]): MeetingFile[] =>
  [...files].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));

const orderOf = ({ type, recordingType, id }: MeetingFile): string =>
  `${type} ${recordingType} ${id}`;

/** What Zoom did not keep although it was there: a sentence, or nothing. */
function lossOf(
  { origin }: Source,
  { files = [], features, loss, unread }: Meeting,
): string | undefined {
  if (loss !== undefined || origin.lane !== 'recordings') return loss;
  const isUnused = features.recording === false && features.chat === false;
  if (unread !== undefined) return isUnused ? undefined : unread;
  if (features.recording && files.length === 0) {
    return 'Zoom says that this meeting was recorded in the cloud, but gives no recording of it: it was deleted, moved to the trash, or never finished.';
  }
  if (files.some(isChat) || features.chat === false) return undefined;
  // Where Zoom doesn't say whether anybody wrote, a recording without a chat has none.
  if (features.chat === undefined && files.length > 0) return undefined;
  const advice =
    'switch on automatic cloud recording and "Save chat messages from the meeting" (Zoom web portal, Account Settings, Recording), or use the lane archive.';
  if (files.length === 0) {
    return `The meeting was not recorded in the cloud, so that what was written in its chat is lost: ${advice}`;
  }
  const mayCome = areReady(files) ? '' : ' or it may be among the files that follow,';
  return `Zoom says that somebody wrote in the chat of this meeting, but gave no chat of it: it may not be saved,${mayCome} or all of it may have been private. To have chats saved, ${advice}`;
}

function notesOf({ origin }: Source, scene: Scene, isForHost: boolean): string[] {
  const { roster, meeting } = scene;
  const { files = [], unread } = meeting;
  const unrecorded = origin.lane === 'recordings' && files.length === 0;
  return [
    ...(roster.attendees ? [] : ['Zoom does not tell who was in this meeting.']),
    ...(unrecorded ? [unread ?? 'There is no cloud recording of this meeting.'] : []),
    ...(isForHost && files.some(isForAll)
      ? ['Its recordings went to the host alone.']
      : []),
  ];
}
