import pLimit from 'p-limit';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { PageRequest } from '../connector.ts';
import { inPath } from '../http/inPath.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { isItemFault } from '../page/sourceFaults.ts';
import type { ZoomClient } from './client.ts';
import type { Directories } from './directory.ts';
import { historyOf } from './history.ts';
import type { Lane } from './lane.ts';
import {
  inOrder,
  type Listed,
  listMeeting,
  listRefused,
  listReject,
  type Place,
} from './listing.ts';
import type { Meeting, MeetingFile } from './meeting.ts';
import { areReady, filesOf, lossIn, recordedMeeting } from './recorded.ts';
import { createIsClosed, isClosedTo, unreadable } from './recordingAccess.ts';
import type { Origin } from './records.ts';
import { pastMeetingSchema, recordedMeetingSchema } from './schema.ts';
import { readSlice, type Stretch } from './slices.ts';
import { uuidInPath } from './uuid.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A list spans a month at most, be it February; a day is added at either end. */
const monthMs = 26 * dayMs;
const usersAtATime = 16;
const inParallel = 4;

/**
 * Meetings from the history of the account, with their cloud recordings; then the recordings of
 * each user, which are where one turns up that came late or that the history does not list.
 *
 * https://developers.zoom.us/docs/api/meetings/#tag/reports/get/report/history_meetings
 */
export function createRecordingsLane(
  client: ZoomClient,
  origin: Origin,
  directories: Directories,
  deps: { clock: Clock; log: Log },
): Lane {
  const { clock, log } = deps;
  const isClosed = createIsClosed(client, directories, deps);
  const endOf = ({ window }: PageRequest) =>
    window.to < clock.now() ? window.to : clock.now();

  async function readUsers(request: PageRequest, after: string) {
    const { ids } = await directories(request.runId, request.limits.until);
    const batch = ids.filter((id) => id > after).slice(0, usersAtATime);
    const limit = pLimit(inParallel);
    const found = await Promise.all(
      batch.map((id) => limit(() => unlessBad(request, id))),
    );
    const last = batch.at(-1);
    const next: Place | undefined =
      batch.length < usersAtATime || last === undefined
        ? undefined
        : { kind: 'users', at: last, ms: 0 };
    return { entries: inOrder(found.flat()), next };
  }

  /** One user whose recordings Zoom does not give stops no other. */
  async function unlessBad(request: PageRequest, userId: string): Promise<Listed[]> {
    try {
      return await recordingsOf(request, userId);
    } catch (error) {
      if (!isItemFault(error)) throw error;
      if (error instanceof Refusal) {
        const isNone = error.status === 404 || (await isClosed(request));
        return isNone ? [] : [listRefused(origin, userId, endOf(request), error)];
      }
      // Throws if it is Zoom itself that is in trouble.
      await client.get('/users', { page_size: '1' }, 'users', request.limits.until);
      log.warn(`A user's recordings are left for the next run. ${error.message}`);
      return [];
    }
  }

  /** https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/get/users/{userId}/recordings */
  async function recordingsOf(request: PageRequest, userId: string): Promise<Listed[]> {
    const found: Listed[] = [];
    const end = endOf(request);
    for (let from = +request.readFrom; from < +end; from += monthMs) {
      const stretch = {
        from: new Date(from),
        to: new Date(Math.min(from + monthMs, +end)),
      };
      const list = {
        path: `/users/${inPath(userId)}/recordings`,
        ...{ items: 'meetings', feature: 'userRecordings' as const },
        query: datesAround(stretch, clock.now()),
      };
      const recordings = await client.list(list, request.limits.until);
      for (const entry of recordings?.items ?? []) {
        const listed = listedRecording(entry);
        if (listed && endsWithin(listed, request.readFrom, end)) found.push(listed);
      }
    }
    return found;
  }

  function listedRecording(entry: unknown): Listed {
    const parsed = recordedMeetingSchema.safeParse(entry);
    if (!parsed.success) return listReject(origin, entry, parsed.error);
    return listMeeting(origin, recordedMeeting(parsed.data));
  }

  async function recordings(
    meeting: Meeting,
    until: Date | undefined,
  ): Promise<{ files: MeetingFile[]; loss?: string }> {
    const path = `/meetings/${uuidInPath(meeting.uuid)}/recordings`;
    try {
      const body = await client.get(path, {}, 'recordings', until);
      const entry = recordedMeetingSchema.parse({ ...body, ...identityOf(meeting) });
      return { files: filesOf(entry), ...lossIn(entry) };
    } catch (error) {
      // 3301: there is no recording.
      if (error instanceof Refusal && error.status === 404) return { files: [] };
      throw error;
    }
  }

  async function withFiles(meeting: Meeting, request: PageRequest): Promise<Meeting> {
    try {
      const { files, loss } = await recordings(meeting, request.limits.until);
      if (files.length === 0 && (await isClosed(request))) return unread(meeting);
      const isThere = files.length > 0 || meeting.features.recording !== true;
      const isComplete = isThere && areReady(files);
      return { ...meeting, files, isComplete, ...(loss !== undefined && { loss }) };
    } catch (error) {
      if (!isClosedTo(error)) throw error;
      return unread(meeting);
    }
  }

  /** A meeting that only its recording tells of: who held it, and until when. */
  async function withDetails(
    meeting: Meeting,
    until: Date | undefined,
  ): Promise<Meeting> {
    const path = `/past_meetings/${uuidInPath(meeting.uuid)}`;
    const body = await unlessRefused(client.get(path, {}, 'pastMeeting', until));
    const past = pastMeetingSchema.safeParse(body).data;
    const { end = past?.end_time, host } = meeting;
    const { user_name: name = host.name, user_email: address = host.address } =
      past ?? {};
    return { ...meeting, end: past?.end_time ?? end, host: { ...host, name, address } };
  }

  return {
    begin: ({ readFrom }) => ({ kind: 'time', at: readFrom.toISOString(), ms: monthMs }),
    async read(request, place) {
      if (place.kind === 'users') return readUsers(request, place.at);
      const bounds = { shortestMs: dayMs, longestMs: monthMs };
      const slice = await readSlice(place, endOf(request), bounds, (stretch, most) =>
        historyOf(client, origin, stretch, datesAround(stretch, clock.now()), {
          ...{ most, until: request.limits.until },
        }),
      );
      return { ...slice, next: slice.next ?? { kind: 'users', at: '', ms: 0 } };
    },
    complete: (meeting, request) =>
      meeting.files
        ? withDetails(meeting, request.limits.until)
        : withFiles(meeting, request),
    again: withFiles,
  };
}

/** It waits for nothing: what may be read again later is a supplement. */
const unread = (meeting: Meeting): Meeting => ({
  ...{ ...meeting, files: [], isComplete: true, unread: unreadable },
});

/** What a list by dates must be asked for, wherever the account's midnight is. */
function datesAround({ from, to }: Stretch, now: Date): Record<string, string> {
  const last = Math.min(to.getTime() + dayMs, Math.max(now.getTime(), to.getTime()));
  return { from: dateOf(from.getTime() - dayMs), to: dateOf(last) };
}

const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

const identityOf = ({ uuid, start }: Meeting) => ({ uuid, start_time: start });

function endsWithin({ content }: Listed, from: Date, to: Date): boolean {
  if (content.kind === 'reject') return true;
  const end = Date.parse(content.meeting.end ?? content.meeting.start);
  return end >= from.getTime() && end < to.getTime();
}

async function unlessRefused<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
