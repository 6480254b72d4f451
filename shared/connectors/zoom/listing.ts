import type { z } from 'zod';
import type { ItemRef, Reject } from '../connector.ts';
import type { Refusal } from '../http/vendorFaults.ts';
import type { Meeting } from './meeting.ts';
import { keys, type Origin } from './records.ts';
import { instant } from './schema.ts';
import { shortHash } from './shortHash.ts';

/** One entry of a list, with all that can be said of it without asking for more. */
export interface Listed extends ItemRef {
  /** Its place in the order of the list. */
  mark: string;
  content: { kind: 'meeting'; meeting: Meeting } | { kind: 'reject'; reject: Reject };
}

/** A stretch of what is listed, in an order of its own; as much as can be held in memory. */
export interface Slice {
  entries: Listed[];
  /** How many Zoom says that there are, where its list has these and no others. */
  reported?: number | undefined;
  next: Place | undefined;
}

/** Where a slice begins; small. */
export interface Place {
  /** `users`: recordings by user, after the user with this id. */
  kind: 'time' | 'users';
  at: string;
  ms: number;
}

/** Where nothing says when it happened; the same at each reading. */
const unknownTime = new Date(0).toISOString();

/** A listed meeting, with its key. */
export function listMeeting(origin: Origin, meeting: Meeting): Listed {
  const { uuid, start } = meeting;
  return {
    ...{ key: keys.meeting(origin, uuid), at: start, mark: `${start} ${uuid}` },
    content: { kind: 'meeting', meeting },
  };
}

/** A listed entry that could not be read. */
export function listReject(origin: Origin, entry: unknown, error: z.ZodError): Listed {
  const hash = shortHash(entry ?? null);
  const at = startOf(entry) ?? unknownTime;
  const parts = [
    ...new Set(error.issues.map(({ path }) => path.join('.') || 'all of it')),
  ];
  const reason = `Zoom listed a meeting that could not be read (${parts.join(', ')}). Look it up in Zoom by its time, and report its form.`;
  const key = keys.unreadable(origin, hash);
  const reject = { key, itemId: hash, at, reason };
  return { key, at, mark: `${at} ${hash}`, content: { kind: 'reject', reject } };
}

/** A user whose recordings are refused: said once a month, as long as it lasts. */
export function listRefused(
  origin: Origin,
  userId: string,
  end: Date,
  { message }: Refusal,
): Listed {
  const month = end.toISOString().slice(0, 7);
  const at = `${month}-01T00:00:00.000Z`;
  const key = keys.unreadable(origin, shortHash(['recordings', userId, month]));
  const reason = `${message} Recordings of this user that come late are not found. Check in Zoom whether cloud recording is switched on for the user, whether their licence has it, and whether the app may view it; a backfill then finds what is missing.`;
  const reject = { key, itemId: userId, at, reason };
  return { key, at, mark: `${at} ${userId}`, content: { kind: 'reject', reject } };
}

function startOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null || !('start_time' in entry)) {
    return undefined;
  }
  return instant.safeParse(entry.start_time).data;
}

/** In order, each once, whatever Zoom's pages did while they were read. */
export function inOrder(entries: Listed[]): Listed[] {
  const once = new Map(entries.map((entry) => [entry.key, entry]));
  return [...once.values()].sort((a, b) =>
    a.mark < b.mark ? -1 : Number(a.mark > b.mark),
  );
}
