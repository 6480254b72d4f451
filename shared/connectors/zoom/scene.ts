import type { Person } from '../../archive/state/item.ts';
import { isItemFault } from '../page/sourceFaults.ts';
import type { Room } from './audience.ts';
import type { ZoomDirectory } from './directory.ts';
import { isChat, isGroupLog } from './fileKinds.ts';
import { readGroups } from './groups.ts';
import type { Meeting, MeetingContext, MeetingFile } from './meeting.ts';
import type { Source } from './pageWork.ts';
import { participantsOf } from './participants.ts';
import { allLater, readTexts } from './readTexts.ts';
import { type Attendee, createRoster, plainPerson, type Roster } from './roster.ts';
import { shortHash } from './shortHash.ts';
import { readTalk, type Talk, without } from './talk.ts';

/** A meeting with all that is known of it: who was there, and what they said. */
export interface Scene {
  meeting: Meeting;
  context: MeetingContext;
  roster: Roster;
  directory: ZoomDirectory;
  /** Without what stands in chats that are archived already. */
  talk: Talk;
  /** Why a chat can't be had now, by the file's id. */
  later: Map<string, string>;
}

/** A scene, or why it has to wait. */
export type SetScene =
  | { kind: 'scene'; scene: Scene }
  | { kind: 'later'; reason: string };

/** How much of a scene is wanted, and how badly. */
export interface SceneOptions {
  runId: string;
  until: Date | undefined;
  /** It was tried long enough: go without what can't be had. */
  isLast: boolean;
  /** What can't be had now may follow: the rest doesn't wait for it. */
  mayFollow?: boolean;
  /** No chat is of interest. */
  withoutChats?: boolean;
  /** Chats of which everything is archived. */
  isKnown?: (chat: MeetingFile) => boolean;
}

/** Asks who was there, and reads what they said. */
export async function setScene(
  { client, directories, downloads }: Source,
  meeting: Meeting,
  wanted: SceneOptions,
): Promise<SetScene> {
  const { runId, until, isLast, mayFollow = false, withoutChats, isKnown } = wanted;
  const directory = await directories(runId, until);
  const files = meeting.files ?? [];
  const rows = await unlessFaulty(participantsOf(client, meeting, until), isLast);
  const roster = createRoster(rows, directory, ownersOf(files, directory));
  const host = hostOf(meeting, directory);
  const options = { isLast, until, mayFollow };
  const logs = await readTexts(downloads, files.filter(isGroupLog), options);
  if (logs.kind === 'later') return logs;
  const chats = withoutChats ? [] : files.filter(isChat);
  // Without the log nobody can tell who had what.
  const texts =
    logs.later.size > 0 && !isLast
      ? allLater(chats, logs)
      : await readTexts(downloads, chats, options);
  if (texts.kind === 'later') return texts;
  const room: Room = {
    ...{ roster, host, isBreakout: meeting.isBreakout, start: new Date(meeting.start) },
    groups: readGroups(logs.contents.map(({ text }) => text)),
  };
  const archived = texts.contents.filter(({ file }) => isKnown?.(file));
  const whole = readTalk(meeting, texts, room);
  const before = readTalk(meeting, { contents: archived, missing: [] }, room);
  const talk = without(whole, before);
  const { later } = texts;
  const context = contextOf(meeting, host, roster.attendees);
  return { kind: 'scene', scene: { meeting, context, roster, directory, talk, later } };
}

/** In the end a meeting goes without its people, to its host alone. */
async function unlessFaulty<T>(
  request: Promise<T>,
  isLast: boolean,
): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isLast && isItemFault(error)) return undefined;
    throw error;
  }
}

/** A meeting's facts, as the records of a page share them. */
export function contextOf(
  meeting: Meeting,
  host: Person,
  attendees: Attendee[] | undefined,
): MeetingContext {
  const { uuid, number, topic, start, end, isWebinar, isBreakout, parent } = meeting;
  return {
    ...{ uuid, topic, start, isWebinar, isBreakout, host },
    ...(number !== undefined && { number }),
    ...(end !== undefined && { end }),
    ...(parent !== undefined && { parent }),
    ...(attendees && { attendees }),
  };
}

/** Who held the meeting: reports name one of our own, so that this address counts. */
export function hostOf({ uuid, host }: Meeting, directory: ZoomDirectory): Person {
  const listed = directory.byId(host.id) ?? directory.byAddress(host.address);
  if (listed) return listed;
  const { id, name, address } = host;
  return {
    id: id || address || `host-${shortHash(uuid)}`,
    ...(name && { name }),
    ...(address && { address }),
  };
}

/** A file of their own proves that somebody was there, unless a guest gave the same address. */
function ownersOf(files: MeetingFile[], directory: ZoomDirectory): Attendee[] {
  const owners = new Map<string, Attendee>();
  for (const { isOwn, owner, ownerStay } of files) {
    const user = isOwn ? directory.byAddress(owner.address) : undefined;
    if (!user) continue;
    const { stays } = owners.get(user.id) ?? { stays: [] };
    owners.set(user.id, { ...plainPerson(user), stays: distinctStays(stays, ownerStay) });
  }
  return [...owners.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const distinctStays = (stays: Attendee['stays'], stay: Attendee['stays'][number]) =>
  stays.some(({ from, to }) => from === stay.from && to === stay.to)
    ? stays
    : [...stays, stay];
