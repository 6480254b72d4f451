import type { ConnectorDeps, ItemRef, PageRequest } from '../connector.ts';
import {
  createPageDraft,
  type FinishedPage,
  type PageDraft,
  sizeOf,
} from '../page/pageDraft.ts';
import type { ZoomClient } from './client.ts';
import type { Directories } from './directory.ts';
import type { Downloads } from './files.ts';
import type { Lane } from './lane.ts';
import type { Slices } from './lastSlice.ts';
import type { MeetingContext } from './meeting.ts';
import type { Origin, ZoomContext } from './records.ts';

/** What all pages of a connector share. */
export interface Source {
  client: ZoomClient;
  deps: ConnectorDeps;
  origin: Origin;
  lane: Lane;
  slices: Slices;
  directories: Directories;
  downloads: Downloads;
  /** Recordings are for the host alone. */
  isForHost: boolean;
}

/** A page under construction. */
export interface PageWork extends PageDraft {
  /** A meeting's facts, for the records that name it; the fullest win. */
  useMeeting(context: MeetingContext): void;
  /** Zoom says that there are so many more. */
  report(count: number): void;
  /** How many of so many more records there is room for. Never none for an empty page. */
  reserve(count: number): number;
  /** Room that was reserved and is not needed. */
  release(count: number): void;
  /** Something within a meeting never came, and is not looked for any more. */
  settle(part: ItemRef): void;
  finish(next: string | undefined): FinishedPage;
}

/** An empty page. */
export function createPageWork(source: Source, request: PageRequest): PageWork {
  const { limits } = request;
  const draft = createPageDraft(request, source.deps.clock);
  const meetings = new Map<string, MeetingContext>();
  const settled: ItemRef[] = [];
  let reported: number | undefined;
  let reserved = 0;

  return {
    ...draft,
    useMeeting(context) {
      const known = meetings.get(context.uuid);
      if (known && (known.attendees?.length ?? 0) >= (context.attendees?.length ?? 0))
        return;
      draft.weigh(sizeOf(context) - (known ? sizeOf(known) : 0));
      meetings.set(context.uuid, context);
    },
    report(count) {
      reported = (reported ?? 0) + count;
    },
    itemsLeft: () => Math.max(1, limits.items - reserved),
    reserve(count) {
      const isEmpty = !draft.hasProgress() && reserved === 0;
      const room = Math.max(limits.items - reserved, isEmpty ? 1 : 0);
      const granted = Math.min(count, room);
      reserved += granted;
      return granted;
    },
    release(count) {
      reserved -= count;
    },
    settle: ({ key, at }) => void settled.push({ key, at }),
    isFull: () => draft.isFull() || (draft.hasProgress() && reserved >= limits.items),
    finish(next) {
      const context: ZoomContext = { meetings: Object.fromEntries(meetings) };
      return {
        ...draft.close(context, next),
        ...(settled.length > 0 && { settled }),
        ...(reported !== undefined && { sourceReported: reported }),
      };
    },
  };
}
