import type { ItemRef } from '../connector.ts';
import type { Draft } from './drafts.ts';
import { draftFile, fetchFile, fileKey, isPersonal, recordOf } from './fileDrafts.ts';
import { isChat, isForAll } from './fileKinds.ts';
import { gapOfPart } from './gapRetries.ts';
import { draftChat } from './lateChat.ts';
import type { Meeting, MeetingFile, SharedFile } from './meeting.ts';
import { draftMessages, fetchShared } from './messageDrafts.ts';
import type { PageWork, Source } from './pageWork.ts';
import { keys } from './records.ts';
import { contextOf, hostOf, type Scene, setScene } from './scene.ts';
import { draftUnclaimed } from './sharedDrafts.ts';

/** Under which keys everything in a meeting is known, once it is archived. */
export function partsOf(source: Source, meeting: Meeting): ItemRef[] {
  const { uuid, start: at, files = [], shared } = meeting;
  const parts = [
    ...files.map((file) => fileKey(source, uuid, file)),
    ...shared.map(({ id }) => keys.shared(source.origin, uuid, id)),
  ];
  return parts.map((key) => ({ key, at, isPart: true }));
}

/** Known only if the meeting itself has been archived, and doesn't wait as a gap. */
export const contentRef = ({ origin }: Source, { uuid, start }: Meeting): ItemRef => ({
  ...{ key: keys.content(origin, uuid), at: start, isPart: true },
});

/** What came after the email of its meeting: a supplement for each file, the chat last. */
export async function planLate(
  source: Source,
  work: PageWork,
  meeting: Meeting,
  isWanted: (key: string) => boolean,
  isLast: boolean,
): Promise<Draft[]> {
  const { uuid, files = [] } = meeting;
  const wanted = files.filter((file) => isWanted(fileKey(source, uuid, file)));
  const shared = meeting.shared.filter(({ id }) =>
    isWanted(keys.shared(source.origin, uuid, id)),
  );
  const chats = wanted.filter(isChat);
  const personal = wanted.filter((file) => isPersonal(source, file));
  const forAll = wanted.filter((file) => isForAll(file) && !personal.includes(file));
  const drafts = forAll.map((file) => draftLateFile(source, work, meeting, file, isLast));

  // Who was there, and what they said, is asked only where it matters.
  if (chats.length + shared.length + personal.length === 0) {
    await useFacts(source, work, meeting);
    return drafts;
  }
  const { runId, limits } = work.request;
  const set = await setScene(source, meeting, {
    ...{ runId, until: limits.until, isLast },
    ...{ mayFollow: true, withoutChats: chats.length + shared.length === 0 },
    isKnown: (file) => chats.length > 0 && !chats.includes(file),
  });
  const reason = set.kind === 'later' ? set.reason : blockedBy(set.scene, wanted, isLast);
  if (set.kind === 'later' || reason !== undefined) {
    const left = [...chats, ...personal].map((file) => fileKey(source, uuid, file));
    const leftShared = shared.map(({ id }) => keys.shared(source.origin, uuid, id));
    return [
      ...drafts,
      ...[...left, ...leftShared].map((key) => postponed(meeting, key, reason ?? '')),
    ];
  }
  const { scene } = set;
  const first = chats.find(({ id }) => !scene.later.has(id));
  work.useMeeting(scene.context);
  return [
    ...drafts,
    ...personal.map((file) => draftFile(source, work, scene, file, isLast)),
    ...draftsOfShared(source, work, scene, shared, isLast),
    ...(chats.length > 0 ? draftMessages(source, work, scene, isLast) : []),
    ...chats.map((file) => draftChat(source, work, scene, file, file === first)),
  ];
}

/** An archived chat that can't be had tells neither what is new nor who shared a file. */
function blockedBy(
  { later, meeting: { files = [] } }: Scene,
  wanted: MeetingFile[],
  isLast: boolean,
): string | undefined {
  if (isLast) return undefined;
  const other = files.find((file) => later.has(file.id) && !wanted.includes(file));
  return other && later.get(other.id);
}

/** The people of a supplement are those of the first email. */
async function useFacts(source: Source, work: PageWork, meeting: Meeting): Promise<void> {
  const { runId, limits } = work.request;
  const directory = await source.directories(runId, limits.until);
  work.useMeeting(contextOf(meeting, hostOf(meeting, directory), undefined));
}

const postponed = (meeting: Meeting, key: string, reason: string): Draft => ({
  ...{ key, at: meeting.start, isPart: true },
  build: async () => ({ gaps: [gapOfPart(key, meeting, reason)] }),
});

function draftLateFile(
  source: Source,
  work: PageWork,
  meeting: Meeting,
  file: MeetingFile,
  isLast: boolean,
): Draft {
  const ref = { key: fileKey(source, meeting.uuid, file), at: meeting.start };
  const changes = keys.meeting(source.origin, meeting.uuid);
  return {
    ...{ ...ref, isPart: true },
    async build() {
      const { file: found, later } = await fetchFile(source, work, file, isLast);
      if (later !== undefined) return { gaps: [gapOfPart(ref.key, meeting, later)] };
      const missing = found.kind === 'stored' ? [] : [found.file];
      const { listed } = file;
      const raw = {
        kind: 'supplement',
        what: 'file',
        meeting: meeting.uuid,
        missing,
        listed,
      };
      const record = recordOf(ref, file.id, raw, found);
      return { record: { ...record, event: 'supplemented', changes }, gaps: [] };
    },
  };
}

/** A file from the chat supplements the email that it belongs to. */
function draftsOfShared(
  source: Source,
  work: PageWork,
  scene: Scene,
  shared: SharedFile[],
  isLast: boolean,
): Draft[] {
  const { meeting, talk } = scene;
  const unclaimed = { ...scene, meeting: { ...meeting, shared } };
  return [
    ...draftUnclaimed(source, work, unclaimed, isLast),
    ...shared
      .filter((file) => talk.sharerOf(file))
      .map((file) => draftLateShared(source, work, scene, file, isLast)),
  ];
}

function draftLateShared(
  source: Source,
  work: PageWork,
  scene: Scene,
  file: SharedFile,
  isLast: boolean,
): Draft {
  const { meeting, talk } = scene;
  const { origin } = source;
  const { uuid } = meeting;
  const sharer = talk.sharerOf(file);
  const aside = talk.aside.find(({ message }) => message.id === sharer?.id);
  const changes = aside
    ? keys.message(origin, uuid, aside.message.id)
    : keys.meeting(origin, uuid);
  const ref = { key: keys.shared(origin, uuid, file.id), at: meeting.start };
  return {
    ...{ ...ref, isPart: true },
    async build() {
      const isIt = ({ id }: SharedFile) => id === file.id;
      const { stored, missing, gaps } = await fetchShared(
        source,
        work,
        scene,
        isLast,
        isIt,
      );
      if (gaps.length > 0) return { gaps };
      const { listed } = file;
      const raw = { kind: 'supplement', what: 'file', meeting: uuid, missing, listed };
      const record = { ...recordOf(ref, file.id, raw), files: stored };
      return { record: { ...record, event: 'supplemented', changes }, gaps };
    },
  };
}
