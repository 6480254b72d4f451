import { type Answer, html } from '../simulation/answers.ts';
import { fractionsFrom } from '../webex/ids.ts';
import { refusal } from './answers.ts';

export type RouteName =
  | 'token'
  | 'listTasks'
  | 'createTask'
  | 'readTask'
  | 'dataset'
  | 'file'
  | 'unknown';

export type Fault =
  /** 401 with a token that is good. */
  | { kind: 'unauthorized' }
  /** 403: the app's permission, the administrator's, or the feature is missing. */
  | { kind: 'forbidden'; code?: 'CMN-401' | 'CMN-402' | 'CMN-408' | 'CMN-109' }
  | { kind: 'notFound' }
  /** 409, as if a task that no list shows were in the way. */
  | { kind: 'conflict' }
  /** 429. A number means seconds, a `Date` an HTTP date; text goes as it is. */
  | { kind: 'throttled'; retryAfter?: number | string | Date }
  | { kind: 'broken'; status: 500 | 502 | 503 | 504 }
  | { kind: 'reset'; when: 'beforeHeaders' | 'afterHeaders' }
  /** The body ends half way. What was asked for has been done all the same. */
  | { kind: 'cut' }
  | { kind: 'slow'; ms: number }
  /** 200, and somebody else's page. */
  | { kind: 'page' };

export interface FaultRule {
  fault: Fault;
  /** All, if absent. */
  routes?: RouteName[];
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
export function createFate(faults: Faults): (route: RouteName) => Fault | undefined {
  const fraction = fractionsFrom(faults.seed ?? 'faults');
  const counts = new Map<FaultRule, { seen: number; struck: number }>();
  const strikes = (rule: FaultRule, route: RouteName): boolean => {
    if (rule.routes && !rule.routes.includes(route)) return false;
    const count = counts.get(rule) ?? { seen: 0, struck: 0 };
    counts.set(rule, count);
    count.seen += 1;
    if (count.seen <= (rule.after ?? 0) || count.struck >= (rule.times ?? 1))
      return false;
    if (rule.chance !== undefined && fraction() >= rule.chance) return false;
    count.struck += 1;
    return true;
  };
  return (route) => faults.rules.find((rule) => strikes(rule, route))?.fault;
}

/** The answer in place of the real one, where the fault has one. */
export function faultAnswer(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'unauthorized':
      return refusal(401, 'OAU-128', 'Access token expired.');
    case 'forbidden':
      return refusal(403, fault.code ?? 'CMN-401', 'Permission is missing.');
    case 'notFound':
      return refusal(404, 'CMN-102', 'Resource is not found.');
    case 'conflict':
      return refusal(409, 'CLG-102', 'Too many export tasks.');
    case 'throttled':
      return refusal(
        429,
        'CMN-301',
        'Request rate exceeded.',
        retryAfterHeader(fault.retryAfter),
      );
    case 'broken':
      return refusal(fault.status, 'CMN-201', 'Service Temporary Unavailable.');
    case 'page':
      return html(200, 'Welcome to the network. Please sign in.');
    default:
      return undefined;
  }
}

function retryAfterHeader(value: number | string | Date | undefined) {
  if (value === undefined) return {};
  const text = value instanceof Date ? value.toUTCString() : String(value);
  return { 'Retry-After': text };
}

/** The real answer, spoilt. */
export function spoil(answer: Answer, fault: Fault | undefined): Answer {
  if (fault?.kind === 'reset') return { ...answer, cutAfter: 0 };
  if (fault?.kind !== 'cut') return answer;
  const whole = Number(answer.headers['Content-Length'] ?? 2);
  return { ...answer, cutAfter: Math.floor(whole / 2) };
}
