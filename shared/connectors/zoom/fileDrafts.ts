import type { Person, StoredFile } from '../../archive/state/item.ts';
import type { SourceRecord } from '../connector.ts';
import type { FileOutcome } from '../item/fileOutcome.ts';
import type { Draft } from './drafts.ts';
import { isConversation, isForAll, nameOf } from './fileKinds.ts';
import { gapOfPart } from './gapRetries.ts';
import type { MeetingFile } from './meeting.ts';
import type { PageWork, Source } from './pageWork.ts';
import { keys } from './records.ts';
import { plainPerson } from './roster.ts';
import type { Scene } from './scene.ts';

/** A file that is an email of its own: to its owner, or to the host. */
export const isPersonal = (source: Source, file: MeetingFile): boolean =>
  isOneOnes(file) || (source.isForHost && isForAll(file));

/** One participant's own file, or their talk with the AI Companion. */
const isOneOnes = (file: MeetingFile): boolean =>
  isConversation(file) || (file.isOwn && isForAll({ ...file, isOwn: false }));

/** The key that a file has, whichever way it is archived. */
export function fileKey(source: Source, uuid: string, file: MeetingFile): string {
  const make = isOneOnes(file) ? keys.ownFile : keys.file;
  return make(source.origin, uuid, file.id);
}

/** One file, to its one reader. */
export function draftFile(
  source: Source,
  work: PageWork,
  scene: Scene,
  file: MeetingFile,
  isLast: boolean,
): Draft {
  const { meeting, context } = scene;
  const isOwn = isOneOnes(file);
  const key = fileKey(source, meeting.uuid, file);
  const ref = { key, at: meeting.start, ...(!isOwn && { isPart: true }) };
  const parent = keys.meeting(source.origin, meeting.uuid);
  const what = isConversation(file) ? 'conversation' : isOwn ? 'own' : 'recording';
  return {
    ...ref,
    async build() {
      const { file: found, later } = await fetchFile(source, work, file, isLast);
      if (later !== undefined) {
        const gap = gapOfPart(key, meeting, later, isOwn);
        const raw = {
          kind: 'file',
          what,
          meeting: meeting.uuid,
          parent,
          listed: file.listed,
        };
        const record = { ...recordOf(ref, meeting.uuid, raw), waiting: true };
        return { ...(isOwn && { record }), gaps: [gap] };
      }
      work.useMeeting(context);
      const { author, people, isUnknown } = readerOf(scene, file, isOwn);
      const raw = {
        ...{
          kind: 'file',
          what,
          meeting: meeting.uuid,
          parent,
          author,
          people,
          isUnknown,
        },
        listed: file.listed,
        missing: found.kind === 'stored' ? [] : [found.file],
      };
      const record = recordOf(ref, file.id, raw, found);
      if (isOwn) return { record, gaps: [] };
      return { record: { ...record, event: 'supplemented', changes: parent }, gaps: [] };
    },
  };
}

/** A record of its own, with the file if it came. */
export function recordOf(
  { key, at }: { key: string; at: string },
  itemId: string,
  raw: unknown,
  found?: FileOutcome,
): SourceRecord {
  const files: StoredFile[] = found?.kind === 'stored' ? [found.file] : [];
  return { ...{ key, itemId, at, event: 'created' }, raw, files };
}

/** A file's content; `later`: why it has to wait. */
export async function fetchFile(
  { downloads }: Source,
  { request }: PageWork,
  file: MeetingFile,
  isLast: boolean,
): Promise<{ file: FileOutcome; later?: string }> {
  const facts = { name: nameOf(file), ...(file.bytes && { bytes: file.bytes }) };
  const missing = (reason: string): FileOutcome => ({
    kind: 'missing',
    file: { ...facts, ...(file.fingerprint && { sha256: file.fingerprint }), reason },
  });
  if (file.status === 'failed') {
    return { file: missing('Zoom failed to make the file.') };
  }
  if (file.status === 'processing') {
    const reason = 'Zoom is still processing the file.';
    const found = missing(`${reason} It is tried again and follows as a supplement.`);
    if (isLast) return { file: missing('Zoom never finished the file.') };
    return { file: found, later: reason };
  }
  const found = await downloads.store(file, request.limits.until);
  if (found.kind !== 'later' || isLast) return { file: found };
  return { file: found, later: found.reason };
}

interface Reader {
  author: Person;
  people: Person[];
  isUnknown: boolean;
}

/** An address that Zoom gives with a file counts, unless a guest of the meeting gave the same. */
function readerOf(
  { context, roster, directory }: Scene,
  { owner }: MeetingFile,
  isOwn: boolean,
): Reader {
  const { host } = context;
  if (!isOwn) return { author: host, people: [host], isUnknown: false };
  const user = roster.isTyped(owner.address)
    ? undefined
    : directory.byAddress(owner.address);
  const attendee = user ?? roster.find(owner);
  if (!attendee) return { author: host, people: [], isUnknown: true };
  const reader = plainPerson(attendee);
  return { author: reader, people: [reader], isUnknown: false };
}
