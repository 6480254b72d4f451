import type { Answer } from '../simulation/answers.ts';
import {
  type FaultRule as AnyFaultRule,
  type CommonFault,
  retryAfter,
} from '../simulation/faults.ts';
import { missingScope, refusal } from './answers.ts';

export const routeNames = [
  'token',
  'users',
  'archiveFiles',
  'meetingArchive',
  'history',
  'userRecordings',
  'recordings',
  'pastMeeting',
  'participants',
  'reportParticipants',
  'download',
  'unknown',
] as const;
export type RouteName = (typeof routeNames)[number];

export type Fault =
  | CommonFault
  /** 400 and code 4711: the app lacks a scope. */
  | { kind: 'missingScope' }
  /** The plan does not have it; `status` 200 or 400. */
  | { kind: 'noPlan'; status: 200 | 400 }
  | { kind: 'refused'; status: 400 | 403 | 404; code?: number }
  /** The page token of a list has died, whatever its age. */
  | { kind: 'staleToken' };

export type FaultRule = AnyFaultRule<Fault, RouteName>;

/** The answer in place of the real one, where the fault has one. */
export function faultAnswer(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'unauthorized':
      return refusal(401, 124, 'Invalid access token.');
    case 'missingScope':
      return missingScope('a:scope:admin');
    case 'noPlan':
      return refusal(fault.status, 200, 'Only available for Paid account: abcDEF.');
    case 'refused':
      return refusal(fault.status, fault.code ?? 300, 'It is refused.');
    case 'throttled':
      return refusal(
        429,
        429,
        perSecond,
        retryAfter(fault, (date) => date.toISOString()),
      );
    case 'broken':
      return refusal(fault.status, fault.status, 'Something went wrong on the server.');
    case 'staleToken':
      return refusal(400, 300, 'The next page token is invalid or expired.');
    default:
      return undefined;
  }
}

export const perSecond =
  'You have reached the maximum per-second rate limit for this API. Try again later.';
