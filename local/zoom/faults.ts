import { type Answer, html } from '../simulation/answers.ts';
import { missingScope, refusal } from './answers.ts';
import { fractionsFrom } from './ids.ts';

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
  /** 401 with a token that is good. */
  | { kind: 'unauthorized' }
  /** 400 and code 4711: the app lacks a scope. */
  | { kind: 'missingScope' }
  /** The plan does not have it; `status` 200 or 400. */
  | { kind: 'noPlan'; status: 200 | 400 }
  | { kind: 'refused'; status: 400 | 403 | 404; code?: number }
  /** A number means seconds, a `Date` an ISO 8601 date as Zoom sends it; text goes as it is. */
  | { kind: 'throttled'; retryAfter?: number | string | Date }
  | { kind: 'broken'; status: 500 | 502 | 503 | 504 }
  | { kind: 'reset'; when: 'beforeHeaders' | 'afterHeaders' }
  /** The body ends half way. */
  | { kind: 'cut' }
  | { kind: 'slow'; ms: number }
  /** 200, and somebody else's page. */
  | { kind: 'page' }
  /** The page token of a list has died, whatever its age. */
  | { kind: 'staleToken' };

export interface FaultRule {
  fault: Fault;
  /** All, if absent. */
  routes?: RouteName[];
  /** The meeting, user or file that was asked for; all, if absent. */
  about?: string;
  /** How often it strikes; once, if absent. */
  times?: number;
  /** How many requests of these routes it lets pass first. */
  after?: number;
  /** How likely it strikes, 0 to 1. */
  chance?: number;
}

export interface Faults {
  seed?: string;
  /** May be changed while the server runs. */
  rules: FaultRule[];
}

/** Decides what goes wrong with a request; the first rule that strikes wins. */
export function createFate(
  faults: Faults,
): (route: RouteName, id: string) => Fault | undefined {
  const fraction = fractionsFrom(faults.seed ?? 'faults');
  const counts = new Map<FaultRule, { seen: number; struck: number }>();
  const strikes = (rule: FaultRule, route: RouteName, id: string): boolean => {
    if (rule.routes && !rule.routes.includes(route)) return false;
    if (rule.about !== undefined && rule.about !== id) return false;
    const count = counts.get(rule) ?? { seen: 0, struck: 0 };
    counts.set(rule, count);
    count.seen += 1;
    if (count.seen <= (rule.after ?? 0) || count.struck >= (rule.times ?? 1))
      return false;
    if (rule.chance !== undefined && fraction() >= rule.chance) return false;
    count.struck += 1;
    return true;
  };
  return (route, id) => faults.rules.find((rule) => strikes(rule, route, id))?.fault;
}

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
      return refusal(429, 429, perSecond, retryAfterHeader(fault.retryAfter));
    case 'broken':
      return refusal(fault.status, fault.status, 'Something went wrong on the server.');
    case 'page':
      return html(200, 'Welcome to the network. Please sign in.');
    case 'staleToken':
      return refusal(400, 300, 'The next page token is invalid or expired.');
    default:
      return undefined;
  }
}

export const perSecond =
  'You have reached the maximum per-second rate limit for this API. Try again later.';

function retryAfterHeader(
  value: number | string | Date | undefined,
): Record<string, string> {
  if (value === undefined) return {};
  const text = value instanceof Date ? value.toISOString() : String(value);
  return { 'Retry-After': text };
}

/** The real answer, spoilt. */
export function spoil(answer: Answer, fault: Fault | undefined): Answer {
  if (fault?.kind === 'reset') return { ...answer, cutAfter: 0 };
  if (fault?.kind !== 'cut') return answer;
  const whole = Number(answer.headers['Content-Length'] ?? 2);
  return { ...answer, cutAfter: Math.floor(whole / 2) };
}
